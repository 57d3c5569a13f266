"""What must be seen by someone who opens no thread: an extension of a notice, and its questions and answers."""

from __future__ import annotations

from tests.support.scene import by_token, column, days_ago

NOTICE = "关于清理规范互联网网络接入服务市场的通知"
NUMBER = "工信部信管函〔2017〕32号"
TEXT = "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等其他信道开展跨境经营活动。"


def test_the_extension_is_a_message_of_its_own_and_the_answers_are_shown_in_the_channel_too(
    site, desk, slack
):
    by_token(desk, slack)
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    site.publish(made, NOTICE, published=days_ago(3), doc_no=NUMBER, text=[TEXT])
    assert desk.run("crawl", "--all").returncode == 0
    answers = "《关于清理规范互联网网络接入服务市场的通知》有关问题解答"
    asked = f"问：《{NOTICE}》（{NUMBER}）对企业租用VPN专线有何影响？答：" + TEXT
    site.publish(made, answers, published=days_ago(2), text=[asked])
    assert desk.run("crawl", "--all").returncode == 0
    extends = f"为贯彻落实《{NOTICE}》（{NUMBER}），现决定将清理规范工作时间延长至2019年3月31日。{TEXT}"
    site.publish(
        made, "关于延长互联网网络接入服务市场清理规范工作时间的通知", published=days_ago(1), doc_no="工信部信管函〔2018〕97号", text=[extends]
    )  # fmt: skip
    assert desk.run("crawl", "--all").returncode == 0
    notice, answered, extension = slack.messages("alerts")[-3:]
    assert (notice.thread_ts, extension.thread_ts) == ("", "")
    assert (answered.thread_ts, answered.broadcast) == (notice.ts, True)
    links = [
        part["url"]
        for block in extension.blocks
        if block["type"] == "rich_text"
        for section in block["elements"]
        for part in section["elements"]
        if part["type"] == "link"
    ]
    assert notice.ts.replace(".", "") in " ".join(links), "the extension leads to the notice's message"
    assert NUMBER in extension.text
