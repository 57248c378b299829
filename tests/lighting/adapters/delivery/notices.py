"""A notice for tests of channels."""

from datetime import UTC, datetime

from lighting.sensing.alerts.notice import Attachment, Notice, NoticeKind

AT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
KEY = "alert-7-raised-desk"

NOTICE = Notice(
    kind=NoticeKind.ALERT_RAISED,
    subject="WARNING: ice at Otley Road",
    text="Why: –1 °C since 03:10.\n",
    at=AT,
    data={"alert_id": 7},
    attachments=(Attachment(name="day.csv", media_type="text/csv", text="a,b\r\n1,2\r\n"),),
)
