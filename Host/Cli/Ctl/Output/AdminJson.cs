using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The answers about members, alarms, users and roles as JSON.</summary>
internal static class AdminJson
{
    public static void Write(JsonText json, IMessage answer, bool isHex, CtlVersion version)
    {
        switch (answer)
        {
            case MemberAddResponse added:
                Header(json, added.Header, isHex);
                Member(json, "member", added.Member, isHex);
                Members(json, added.Members, isHex);
                return;
            case MemberRemoveResponse removed:
                Header(json, removed.Header, isHex);
                Members(json, removed.Members, isHex);
                return;
            case MemberUpdateResponse updated:
                Header(json, updated.Header, isHex);
                Members(json, updated.Members, isHex);
                return;
            case MemberPromoteResponse promoted:
                Header(json, promoted.Header, isHex);
                Members(json, promoted.Members, isHex);
                return;
            case MemberListResponse list when isHex && version.Minor < 7:
                Header(json, list.Header, isHex);
                json.Array("members", list.Members, (json, member) => MemberOfOld(json, member, version));
                return;
            case MemberListResponse list:
                Header(json, list.Header, isHex);
                Members(json, list.Members, isHex);
                return;
        }

        KvJson.Header(json, HeaderOf(answer));
        Body(json, answer);
    }

    public static void Status(JsonText json, StatusResponse status, CtlVersion version)
    {
        KvJson.Header(json, status.Header);
        json.Field("version", status.Version)
            .Field("dbSize", status.DbSize)
            .Field("leader", status.Leader)
            .Field("raftIndex", status.RaftIndex)
            .Field("raftTerm", status.RaftTerm)
            .Field("raftAppliedIndex", status.RaftAppliedIndex)
            .Field("errors", status.Errors)
            .Field("dbSizeInUse", status.DbSizeInUse)
            .Field("isLearner", status.IsLearner);
        if (!version.TellsStorage)
        {
            return;
        }

        json.Field("storageVersion", status.StorageVersion).Field("dbSizeQuota", status.DbSizeQuota);
        if (status.DowngradeInfo is { } downgrade)
        {
            json.Begin("downgradeInfo").Field("enabled", downgrade.Enabled).Field("targetVersion", downgrade.TargetVersion).End();
        }
    }

    private static void Body(JsonText json, IMessage answer)
    {
        switch (answer)
        {
            case AlarmResponse alarms:
                json.List("alarms", alarms.Alarms, static (json, alarm) => json.Begin()
                    .Field("memberID", alarm.MemberID).Field("alarm", (long)alarm.Alarm).End());
                break;
            case AuthUserGetResponse user:
                json.Field("roles", user.Roles);
                break;
            case AuthUserListResponse users:
                json.Field("users", users.Users);
                break;
            case AuthRoleListResponse roles:
                json.Field("roles", roles.Roles);
                break;
            case AuthRoleGetResponse role:
                json.List("perm", role.Perm, Permission);
                break;
            case AuthStatusResponse status:
                json.Field("enabled", status.Enabled).Field("authRevision", status.AuthRevision);
                break;
            case DowngradeResponse downgrade:
                json.Field("version", downgrade.Version);
                break;
            default:
                break;
        }
    }

    private static ResponseHeader? HeaderOf(IMessage answer) => answer switch
    {
        LeaseRevokeResponse revoked => revoked.Header,
        AlarmResponse alarms => alarms.Header,
        MoveLeaderResponse moved => moved.Header,
        DowngradeResponse downgrade => downgrade.Header,
        AuthStatusResponse status => status.Header,
        AuthUserAddResponse added => added.Header,
        AuthUserGetResponse user => user.Header,
        AuthUserListResponse users => users.Header,
        AuthUserDeleteResponse deleted => deleted.Header,
        AuthUserChangePasswordResponse changed => changed.Header,
        AuthUserGrantRoleResponse granted => granted.Header,
        AuthUserRevokeRoleResponse revoked => revoked.Header,
        AuthRoleAddResponse added => added.Header,
        AuthRoleGetResponse role => role.Header,
        AuthRoleListResponse roles => roles.Header,
        AuthRoleDeleteResponse deleted => deleted.Header,
        AuthRoleGrantPermissionResponse granted => granted.Header,
        AuthRoleRevokePermissionResponse revoked => revoked.Header,
        _ => null,
    };

    private static void Header(JsonText json, ResponseHeader header, bool isHex)
    {
        if (!isHex)
        {
            KvJson.Header(json, header);
            return;
        }

        json.Begin("header")
            .Field("cluster_id", CtlRows.Hex(header.ClusterId), always: true)
            .Field("member_id", CtlRows.Hex(header.MemberId), always: true)
            .Field("revision", header.Revision)
            .Field("raft_term", header.RaftTerm)
            .End();
    }

    private static void Members(JsonText json, IReadOnlyCollection<Member> members, bool isHex)
    {
        if (isHex && members.Count == 0)
        {
            json.Raw("members", "[]");
            return;
        }

        json.List("members", members, (json, member) => Member(json, null, member, isHex));
    }

    private static void Member(JsonText json, string? name, Member member, bool isHex)
    {
        json.Begin(name);
        _ = isHex ? json.Field("ID", CtlRows.Hex(member.ID), always: true) : json.Field("ID", member.ID);
        json.Field("name", member.Name)
            .Field("peerURLs", member.PeerURLs)
            .Field("clientURLs", member.ClientURLs)
            .Field("isLearner", member.IsLearner)
            .End();
    }

    // Nothing is left out here but who learns; 3.5 spells one name in its own way.
    private static void MemberOfOld(JsonText json, Member member, CtlVersion version) => json.Begin()
        .Field("ID", CtlRows.Hex(member.ID), always: true)
        .Field("name", member.Name, always: true)
        .Raw("peerURLs", Urls(member.PeerURLs))
        .Raw(version.Minor == 5 ? "clientURLS" : "clientURLs", Urls(member.ClientURLs))
        .End();

    private static string Urls(IReadOnlyCollection<string> urls)
        => urls.Count == 0 ? "null" : $"[{string.Join(',', urls.Select(JsonText.Quoted))}]";

    private static void Permission(JsonText json, Permission permission) => json.Begin()
        .Field("permType", (long)permission.PermType)
        .Field("key", permission.Key)
        .Field("range_end", permission.RangeEnd)
        .End();
}
