"""The doors for programs: intake, telephone events, and the desk."""
