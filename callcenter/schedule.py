"""What Celery looks for, and how often, in seconds: only what is due, never the thing itself."""

SCHEDULE = {
    "tend-the-queue": {
        "task": "agents.tasks.tend_the_queue",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "bring-back-due-callbacks": {
        "task": "callbacks.tasks.bring_back_due",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "watch-promises": {
        "task": "callbacks.tasks.watch_promises",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "count-what-was-touched": {
        "task": "reports.tasks.count_what_was_touched",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "keep-months": {
        "task": "reports.tasks.keep_months",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "send-the-daily-report": {
        "task": "reports.tasks.send_daily_report",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "gather-gaps": {
        "task": "reports.tasks.gather_gaps",
        "schedule": 300.0,
        "options": {"expires": 250},
    },
    "gather-searches": {
        "task": "knowledgebase.tasks.gather_searches",
        "schedule": 120.0,
        "options": {"expires": 100},
    },
    "forget-old-searches": {
        "task": "knowledgebase.tasks.forget_old_searches",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "look-for-suspects": {
        "task": "knowledgebase.tasks.look_for_suspects",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "send-messages": {
        "task": "inquiries.tasks.send_messages",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    "watch-hand-offs": {
        "task": "inquiries.tasks.watch_handoffs",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "plan-welfare-rounds": {
        "task": "callbacks.tasks.plan_rounds",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "bring-in-welfare-checks": {
        "task": "callbacks.tasks.bring_in_checks",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "send-mail": {
        "task": "callbacks.tasks.send_mail",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "erase-old-alerts": {
        "task": "callbacks.tasks.erase_old_alerts",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "keep-articles-valid": {
        "task": "knowledgebase.tasks.keep_articles_valid",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "tell-of-notices": {
        "task": "knowledgebase.tasks.tell_of_notices",
        "schedule": 0.5,
        "options": {"expires": 5},
    },
    "index-what-was-learned": {
        "task": "knowledgebase.tasks.index_what_was_learned",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "understand-articles": {
        "task": "knowledgebase.tasks.understand_articles",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "complete-the-index": {
        "task": "knowledgebase.tasks.complete_the_index",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
}
