"""The status topic and its e-mail subscription."""

from tests.stacks.template import Template


def test_an_email_is_subscribed_only_when_an_address_was_given(template: Template) -> None:
    [subscription] = [
        resource
        for resource in template.body["Resources"].values()
        if resource["Type"] == "AWS::SNS::Subscription"
    ]

    condition = template.body["Conditions"][subscription["Condition"]]
    assert condition == {"Fn::Not": [{"Fn::Equals": [{"Ref": "NotificationEmail"}, ""]}]}
    assert subscription["Properties"]["Protocol"] == "email"
    assert subscription["Properties"]["Endpoint"] == {"Ref": "NotificationEmail"}


def test_the_topic_takes_messages_only_over_tls(template: Template) -> None:
    policy = template.one("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    [denied] = [statement for statement in policy if statement["Effect"] == "Deny"]
    assert denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
