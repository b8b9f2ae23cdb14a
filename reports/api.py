from rest_framework.views import APIView


class DailyReport(APIView):
    pass
