"""Routes of notifications."""

from notifications.api.events import routes as events
from notifications.api.feed import routes as feed
from notifications.api.preferences import routes as preferences
from notifications.api.tracking import routes as tracking
from notifications.api.webhook_deliveries import routes as webhook_deliveries
from notifications.api.webhooks import routes as webhooks

ROUTERS = [feed, events, webhooks, webhook_deliveries, preferences, tracking]
