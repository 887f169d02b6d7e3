"""What the tests of scripts that call AWS do on its stand-in: aws.py VERB [ARGUMENT ...]; its address is in AWS_ENDPOINT_URL.

fixtures          a function "sluice" with versions 1 to 3, its alias "live" at 1, its controller, a load balancer, a bucket;
                  prints the rule's ARN
weights RULE JSON moves the rule, by the groups' names
seen RULE         prints the rule's actions
"""

import io
import json
import sys
import zipfile

import boto3

FUNCTION, ALIAS = "sluice", "live"


def client(name):
    return boto3.client(name, region_name="eu-central-1")


def package(text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("version.txt", text)
    return data.getvalue()


def fixtures():
    iam, functions, balancers, network = client("iam"), client("lambda"), client("elbv2"), client("ec2")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions.create_function(
        FunctionName=FUNCTION, Runtime="java21", Role=role, Handler="x::y", Code={"ZipFile": package("0")}
    )
    for version in "123":
        functions.update_function_code(FunctionName=FUNCTION, ZipFile=package(version))
        functions.publish_version(FunctionName=FUNCTION)
    functions.create_alias(FunctionName=FUNCTION, Name=ALIAS, FunctionVersion="1")
    client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})

    vpc = network.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [subnet["SubnetId"] for subnet in network.describe_subnets()["Subnets"]][:2]
    image = network.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    started = network.run_instances(ImageId=image, MinCount=3, MaxCount=3)["Instances"]
    balancer = balancers.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    groups = {}
    for lane in ("stable", "canary", "empty"):
        made = balancers.create_target_group(Name=f"sluice-{lane}", Protocol="HTTP", Port=80, VpcId=vpc)
        groups[lane] = made["TargetGroups"][0]["TargetGroupArn"]
    for lane, instances in (("stable", started[:2]), ("canary", started[2:])):
        balancers.register_targets(
            TargetGroupArn=groups[lane], Targets=[{"Id": instance["InstanceId"]} for instance in instances]
        )
    listener = balancers.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["stable"]}]
    )["Listeners"][0]["ListenerArn"]
    rules = {}
    for priority, other in ((1, "canary"), (2, "empty")):
        forward = {
            "TargetGroups": [{"TargetGroupArn": groups["stable"], "Weight": 100}, {"TargetGroupArn": groups[other], "Weight": 0}],
            "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 600},
        }
        rules[other] = balancers.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{other}/*"]}],
            Actions=[
                {
                    "Type": "authenticate-cognito",
                    "Order": 1,
                    "AuthenticateCognitoConfig": {
                        "UserPoolArn": "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_ABC",
                        "UserPoolClientId": "abc",
                        "UserPoolDomain": "sluice",
                    },
                },
                {"Type": "forward", "Order": 2, "ForwardConfig": forward},
            ],
        )["Rules"][0]["RuleArn"]
    print(rules["canary"], rules["empty"])


def actions(rule):
    return client("elbv2").describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]


def weights(rule, wanted):
    moved = actions(rule)
    for group in moved[-1]["ForwardConfig"]["TargetGroups"]:
        group["Weight"] = json.loads(wanted)[group["TargetGroupArn"].split("/")[1]]
    client("elbv2").modify_rule(RuleArn=rule, Actions=moved)


def seen(rule):
    print(json.dumps(actions(rule), sort_keys=True))


VERBS = {verb.__name__: verb for verb in (fixtures, weights, seen)}
VERBS[sys.argv[1]](*sys.argv[2:])
