using System.Globalization;
using System.Text;
using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The format "simple", for people and scripts.</summary>
internal sealed class SimplePrinter(CtlContext context) : CtlPrinter("simple", context)
{
    public override void Print(object answer, params string[] told)
    {
        switch (answer)
        {
            case RangeResponse or PutResponse or DeleteRangeResponse or TxnResponse or WatchResponse:
                Kv((IMessage)answer);
                break;
            case LeaseLeasesResponse leases:
                Line($"found {leases.Leases.Count} leases");
                leases.Leases.ToList().ForEach(lease => Line(Lease(lease.ID)));
                break;
            case LeaseTimeToLiveResponse timeToLive:
                TimeToLive(timeToLive, withKeys: told.Length > 0);
                break;
            case MemberListResponse members:
                Out.Write(CtlRows.Of(members).Lines());
                break;
            case AlarmResponse alarms:
                string end = Version.Minor >= 7 ? "" : " ";
                alarms.Alarms.ToList().ForEach(alarm => Line($"memberID:{alarm.MemberID} alarm:{FieldsPrinter.NameOf(alarm.Alarm)}{end}"));
                break;
            case AuthRoleGetResponse role:
                RoleText.Write(Out, told[0], role, Version);
                break;
            case AuthRoleListResponse roles:
                roles.Roles.ToList().ForEach(Line);
                break;
            case AuthUserListResponse users:
                users.Users.ToList().ForEach(Line);
                break;
            case AuthUserGetResponse user:
                Line($"User: {told[0]}\nRoles:{string.Concat(user.Roles.Select(static role => " " + role))}");
                break;
            default:
                Line(Sentence((IMessage)answer, told));
                break;
        }
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints)
    {
        foreach (var one in endpoints)
        {
            // 3.4 told of all endpoints on standard error.
            (one.IsHealthy && one.Error.Length == 0 && Version.Minor > 4 ? Out : Error).WriteLine(one.Error.Length == 0
                ? $"{one.Endpoint} is healthy: successfully committed proposal: took = {one.Took}"
                : $"{one.Endpoint} is unhealthy: failed to commit proposal: {one.Error}");
        }
    }

    public override void Status(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints)
        => Out.Write(CtlRows.Of(endpoints, Version).Lines());

    public override void HashKv(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints)
        => Out.Write(CtlRows.Of(endpoints, Version).Lines());

    public override void Snapshot(IReadOnlyList<UtlField> fields) => Out.Write(UtlOutput.Format("simple", fields));

    private static string Lease(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static string Id(ulong id) => CtlRows.Hex(id).PadLeft(16);

    private string Sentence(IMessage answer, string[] told) => answer switch
    {
        LeaseGrantResponse grant => $"lease {Lease(grant.ID)} granted with TTL({grant.TTL}s)",
        LeaseRevokeResponse => $"lease {told[0]} revoked",
        LeaseKeepAliveResponse keepAlive => $"lease {Lease(keepAlive.ID)} keepalived with TTL({keepAlive.TTL})",
        MemberAddResponse added =>
            $"Member {Id(added.Member.ID)} added{(added.Member.IsLearner && Version.Minor >= 6 ? " as learner " : " ")}to cluster {Id(added.Header.ClusterId)}",
        MemberRemoveResponse removed => $"Member {told[0].PadLeft(16)} removed from cluster {Id(removed.Header.ClusterId)}",
        MemberUpdateResponse updated => $"Member {told[0].PadLeft(16)} updated in cluster {Id(updated.Header.ClusterId)}",
        MemberPromoteResponse promoted => $"Member {told[0].PadLeft(16)} promoted in cluster {Id(promoted.Header.ClusterId)}",
        MoveLeaderResponse => $"Leadership transferred from {told[0]} to {told[1]}",
        DowngradeResponse downgrade => $"Downgrade {told[0]} success, cluster version {downgrade.Version}",
        AuthStatusResponse status => $"Authentication Status: {CtlRows.Bool(status.Enabled)}\nAuthRevision: {status.AuthRevision}",
        AuthUserAddResponse => $"User {told[0]} created",
        AuthUserDeleteResponse => $"User {told[0]} deleted",
        AuthUserChangePasswordResponse => "Password updated",
        AuthUserGrantRoleResponse => $"Role {told[1]} is granted to user {told[0]}",
        AuthUserRevokeRoleResponse => $"Role {told[1]} is revoked from user {told[0]}",
        AuthRoleAddResponse => $"Role {told[0]} created",
        AuthRoleDeleteResponse => $"Role {told[0]} deleted",
        AuthRoleGrantPermissionResponse => $"Role {told[0]} updated",
        AuthRoleRevokePermissionResponse => RoleText.Revoked(told[0], told[1], told[2]),
        _ => throw Unsupported(),
    };

    private void Kv(IMessage answer)
    {
        switch (answer)
        {
            case RangeResponse range:
                range.Kvs.ToList().ForEach(Pair);
                break;
            case PutResponse put:
                Line("OK");
                Pair(put.PrevKv);
                break;
            case DeleteRangeResponse deleted:
                Line(CtlRows.Number(deleted.Deleted));
                deleted.PrevKvs.ToList().ForEach(Pair);
                break;
            case WatchResponse watch:
                foreach (var happened in watch.Events)
                {
                    Line(FieldsPrinter.NameOf(happened.Type));
                    Pair(happened.PrevKv);
                    Pair(happened.Kv);
                }

                break;
            case TxnResponse txn:
                Line(txn.Succeeded ? "SUCCESS" : "FAILURE");
                foreach (var response in txn.Responses)
                {
                    Line("");
                    Kv(FieldsPrinter.AnswerOf(response));
                }

                break;
            default:
                break;
        }
    }

    private void Pair(KeyValue? kv)
    {
        if (kv == null)
        {
            return;
        }

        if (!IsValueOnly)
        {
            Bytes(kv.Key);
        }

        Bytes(kv.Value);
    }

    private void Bytes(ByteString bytes)
    {
        if (!IsHex)
        {
            Out.WriteLine(bytes);
            return;
        }

        var text = new StringBuilder(bytes.Length * 4);
        foreach (byte one in bytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
        }

        Line(text.ToString());
    }

    private void TimeToLive(LeaseTimeToLiveResponse answer, bool withKeys)
    {
        string lease = Lease(answer.ID);
        if (answer.GrantedTTL == 0 && answer.TTL == -1)
        {
            Line($"lease {lease} already expired");
            return;
        }

        string keys = withKeys ? $", attached keys([{string.Join(' ', answer.Keys.Select(static key => key.ToStringUtf8()))}])" : "";
        Line($"lease {lease} granted with TTL({answer.GrantedTTL}s), remaining({answer.TTL}s){keys}");
    }

    private void Line(string text) => Out.WriteLine(text);
}
