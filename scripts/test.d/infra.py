"""What the trial of infra/ does beside Terraform, on a stand-in of AWS: fixtures, moves by others, and looking.

infra.py VERB [ARGUMENT ...]; the stand-in's address is in AWS_ENDPOINT_URL. Ends with 1 and a line when something is wrong.
"""

import base64
import hashlib
import io
import json
import pathlib
import re
import sys
import time
import urllib.request
import zipfile

import boto3

FUNCTION, ALIAS = "trial", "live"
SECRET = "a-secret-that-must-not-be-in-a-state"


def fail(text):
    sys.exit(text)


def expect(holds, text):
    if not holds:
        fail(text)


def package(content):
    """A zip that stands for the real one, whose building is not Terraform's matter."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package_file:
        package_file.writestr("version.txt", content)
    return data.getvalue()


def fixtures(folder):
    """A bucket with two packages and a network; FOLDER/1.tfvars.json and FOLDER/2.tfvars.json name them."""
    s3, ec2 = boto3.client("s3"), boto3.client("ec2")
    region = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration=region)
    network = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"])[:2]
    for version in ("1", "2"):
        data = package(version)
        s3.put_object(Bucket="artifacts", Key=f"{version}.zip", Body=data)
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        variables = {
            "artifact": {"bucket": "artifacts", "key": f"{version}.zip", "content_hash": digest},
            "enable_container": True,
            "internal_alb": True,
            "vpc_id": network,
            "subnet_ids": subnets,
        }
        pathlib.Path(folder, f"{version}.tfvars.json").write_text(json.dumps(variables))


def alias():
    return boto3.client("lambda").get_alias(FunctionName=FUNCTION, Name=ALIAS)


def move(version, weights):
    """One call with version and weights, and the alias read back."""
    boto3.client("lambda").update_alias(
        FunctionName=FUNCTION,
        Name=ALIAS,
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": weights},
        RevisionId=alias()["RevisionId"],
    )
    at(version, json.dumps(weights))


def shift(version, canary, percent):
    """CANARY gets PERCENT of the alias' traffic, the rest stays with VERSION."""
    move(version, {canary: int(percent) / 100})


def only(version):
    """All of the alias' traffic to VERSION: a promotion, or a way back."""
    move(version, {})


def at(version, weights="{}"):
    """The alias names VERSION, with WEIGHTS for others."""
    seen = alias()
    found = seen.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    expect(seen["FunctionVersion"] == version, f"the alias names {seen['FunctionVersion']}, not {version}")
    expect(found == json.loads(weights), f"the alias has weights {found}, not {weights}")


def versions(*wanted):
    """The published versions of the serving function are WANTED."""
    answer = boto3.client("lambda").list_versions_by_function(FunctionName=FUNCTION)
    found = [version["Version"] for version in answer["Versions"] if version["Version"] != "$LATEST"]
    expect(found == list(wanted), f"published versions are {found}, not {list(wanted)}")


def groups(rule):
    found = boto3.client("elbv2").describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
    return {group["TargetGroupArn"].split("/")[1].removeprefix(f"{FUNCTION}-"): group for group in found}


def balance(rule, canary):
    """The load balancer's rule gives CANARY percent to the canary."""
    weights = {"stable": 100 - int(canary), "canary": int(canary)}
    chosen = [{"TargetGroupArn": group["TargetGroupArn"], "Weight": weights[lane]} for lane, group in groups(rule).items()]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": chosen}}
    boto3.client("elbv2").modify_rule(RuleArn=rule, Actions=[action])
    balanced(rule, canary)


def balanced(rule, canary):
    found = {lane: int(group["Weight"]) for lane, group in groups(rule).items()}
    expect(found == {"stable": 100 - int(canary), "canary": int(canary)}, f"the rule has weights {found}")


def secrets():
    """Puts the secrets' values, as an operator does."""
    for name in ("admin-token", "signing-keys"):
        boto3.client("secretsmanager").put_secret_value(SecretId=f"{FUNCTION}/{name}", SecretString=SECRET)


def without_secrets(*files):
    """No file has a secret's value, nor a member that holds one."""
    for file in files:
        text = pathlib.Path(file).read_text()
        expect(SECRET not in text, f"{file} has a secret in it")
        found = re.search(r'"type": "aws_(api_gateway_api_key|api_gateway_usage_plan_key|secretsmanager_secret_version|ssm_parameter)"', text)
        expect(not found, f"{file} has a resource whose value is kept: {found and found[1]}")


def targets(rule):
    """The controller is told of the alias and of RULE, the containers that they only serve."""
    told = boto3.client("lambda").get_function_configuration(FunctionName=f"{FUNCTION}-control")["Environment"]["Variables"]["ROLLOUT_TARGETS"]
    wanted = f"{FUNCTION}=lambda:{FUNCTION}:{ALIAS},{FUNCTION}-containers=alb:{rule}"
    expect(told == wanted, f"the controller is told {told}, not {wanted}")
    for lane in ("stable", "canary"):
        task = boto3.client("ecs").describe_task_definition(taskDefinition=f"{FUNCTION}-{lane}")["taskDefinition"]
        given = {setting["name"]: setting["value"] for setting in task["containerDefinitions"][0]["environment"]}
        expect(given.get("SLUICE_MODE") == "serve", f"containers of {lane} run in mode {given.get('SLUICE_MODE')}")


def rights():
    """Every role that there is: who may be it, and what it may do."""
    iam = boto3.client("iam")
    # What AWS knows no resource for, or what is the whole account's.
    anywhere = {"Traces", "Evidence", "Targets", "RegistryLogin"} | {"gateway-logs/Logs"}
    movers, count = set(), 0
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"].removeprefix(f"{FUNCTION}-")
        expect(role["RoleName"].startswith(f"{FUNCTION}-"), f"a role of no known name: {role['RoleName']}")
        expect(not iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"], f"{name} has policies of others")
        for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=policy)["PolicyDocument"]
            count += 1
            for statement in document["Statement"]:
                sid, actions, resources = statement["Sid"], listed(statement["Action"]), listed(statement["Resource"])
                expect(not any("*" in action for action in actions), f"{name}/{sid} allows by wildcard: {actions}")
                expect(
                    "*" not in resources or sid in anywhere or f"{name}/{sid}" in anywhere,
                    f"{name}/{sid} is not bound to a resource",
                )
                movers |= {(name, action) for action in actions if action in ("lambda:UpdateAlias", "elasticloadbalancing:ModifyRule")}
    expect(movers == {("control", "lambda:UpdateAlias"), ("control", "elasticloadbalancing:ModifyRule")}, f"traffic is moved by {movers}")
    expect(count == 6, f"6 policies are expected, one for each role: {count}")


def listed(value):
    return value if isinstance(value, list) else [value]


def tagged():
    """What can have tags has those of the deployment."""
    found = boto3.client("lambda").list_tags(Resource=boto3.client("lambda").get_function(FunctionName=FUNCTION)["Configuration"]["FunctionArn"])["Tags"]
    expect(found == {"application": "sluice", "deployment": FUNCTION, "team": FUNCTION}, f"the function has tags {found}")


def nothing_left():
    """After a destroy: what the stand-in still has."""
    ecs = boto3.client("ecs")
    left = {
        "functions": [f["FunctionName"] for f in boto3.client("lambda").list_functions()["Functions"]],
        "tables": boto3.client("dynamodb").list_tables()["TableNames"],
        "roles": [r["RoleName"] for r in boto3.client("iam").list_roles()["Roles"]],
        "gateways": [a["name"] for a in boto3.client("apigateway").get_rest_apis()["items"]],
        "usage plans": [p["name"] for p in boto3.client("apigateway").get_usage_plans()["items"]],
        "schedules": [s["Name"] for s in boto3.client("scheduler").list_schedules()["Schedules"]],
        "queues": boto3.client("sqs").list_queues().get("QueueUrls", []),
        "secrets": [s["Name"] for s in boto3.client("secretsmanager").list_secrets()["SecretList"]],
        "buckets": [b["Name"] for b in boto3.client("s3").list_buckets()["Buckets"] if b["Name"] != "artifacts"],
        "logs": [g["logGroupName"] for g in boto3.client("logs").describe_log_groups()["logGroups"]],
        "alarms": [a["AlarmName"] for a in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": [d["DashboardName"] for d in boto3.client("cloudwatch").list_dashboards()["DashboardEntries"]],
        "web ACLs": [a["Name"] for a in boto3.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]],
        "load balancers": [b["LoadBalancerName"] for b in boto3.client("elbv2").describe_load_balancers()["LoadBalancers"]],
        "target groups": [g["TargetGroupName"] for g in boto3.client("elbv2").describe_target_groups()["TargetGroups"]],
        # A deleted cluster stays in the list for a while, inactive.
        "clusters": [c["clusterName"] for c in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"] if c["status"] == "ACTIVE"],
        "repositories": [r["repositoryName"] for r in boto3.client("ecr").describe_repositories()["repositories"]],
        "security groups": [
            g["GroupName"] for g in boto3.client("ec2").describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"
        ],
        "workspaces": [w["alias"] for w in boto3.client("amp").list_workspaces()["workspaces"]],
    }
    expect(not any(left.values()), f"left behind: { {kind: names for kind, names in left.items() if names} }")


def explained(folder):
    """Every variable has a type, a sentence, and validations that say what would be right and are seen to refuse."""
    refused = pathlib.Path(folder, "tests", "refusals.tftest.hcl").read_text()
    for file in pathlib.Path(folder).glob("variables*.tf"):
        for name, body in re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', file.read_text(), re.M | re.S):
            for line in (r"^  type +=", r'^  description += ".+\."$', r"^  default +="):
                expect(re.search(line, body, re.M), f"{file.name}: {name} has no line {line}")
            for message in re.findall(r'error_message += "(.*)"$', body, re.M):
                expect(re.match(rf"{name}[ .]", message) and " must " in message, f"{file.name}: the message does not say what {name} must be: {message}")
            seen, validations = len(re.findall(rf"\bvar\.{name}\b", refused)), body.count("validation {")
            expect(seen >= validations, f"refusals.tftest.hcl refuses {seen} values of {name}, which has {validations} validations")
            expect("type        = bool" in body or "validation {" in body, f"{file.name}: {name} takes anything")


# The virtual machine's own matter.
OWN = {"JAVA_TOOL_OPTIONS"}


def settings(folder, table):
    """The service reads every setting that the module gives it: its name is in the service's TABLE of them."""
    known = set(re.findall(r'"([A-Z][A-Z_]+)"', pathlib.Path(table).read_text()))
    for file in ("locals.tf", "services.tf"):
        text = pathlib.Path(folder, file).read_text()
        given = set(re.findall(r"^ +([A-Z][A-Z_]+) +=", text, re.M)) | set(re.findall(r'name = "([A-Z_]+)"', text))
        expect(given, f"{file} gives no settings")
        expect(given <= known | OWN, f"{file} gives settings that the service does not have: {sorted(given - known - OWN)}")


def documented(folder, document):
    """The tables in README.md have every variable with its default, every output, and nothing else."""
    text = pathlib.Path(document).read_text()
    for kind, pattern in (("variable", "variables*.tf"), ("output", "outputs.tf")):
        declared = {}
        for file in pathlib.Path(folder).glob(pattern):
            for name, body in re.findall(rf'^{kind} "(\w+)" \{{\n(.*?)^\}}', file.read_text(), re.M | re.S):
                declared[name] = "".join(re.findall(r"^  default +=(.*)$", body, re.M)).strip()
        part = text.split(f"<!-- {kind}s:begin -->")[1].split(f"<!-- {kind}s:end -->")[0]
        cell = r"`(.+?)`" if kind == "variable" else "()"
        shown = dict(re.findall(rf"^\| `(\w+)` \| {cell}", part, re.M))
        expect(shown == declared, f"{document}: {kind}s differ: {sorted(set(shown.items()) ^ set(declared.items()))}")


def commands(document):
    """The commands of "Promotion by hand", without the word console and what is answered."""
    part = pathlib.Path(document).read_text().split("## Promotion by hand")[1].split("\n## ")[0]
    print("\n".join(re.findall(r"```sh\n(.*?)```", part, re.S)))


def up(url):
    """Waits until the stand-in answers."""
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    fail(f"nothing answers at {url}")


VERBS = {verb.__name__.replace("_", "-"): verb for verb in (
    fixtures, shift, only, at, versions, balance, balanced, targets, secrets, without_secrets, rights, tagged, nothing_left, explained, settings, documented,
    commands, up,
)}


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in VERBS:
        fail("one of " + ", ".join(sorted(VERBS)))
    VERBS[sys.argv[1]](*sys.argv[2:])
