using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The format "fields": one line for each field, with its name in quotes.</summary>
internal sealed class FieldsPrinter(CtlContext context) : CtlPrinter("fields", context)
{
    // 3.6 began to show ids in hexadecimal on demand.
    private bool ShowsHex => IsHex && Version.Minor >= 6;

    public static string NameOf(AlarmType alarm) => alarm switch
    {
        AlarmType.None => "NONE",
        AlarmType.Nospace => "NOSPACE",
        AlarmType.Corrupt => "CORRUPT",
        _ => ((int)alarm).ToString(CultureInfo.InvariantCulture),
    };

    public static string NameOf(Event.Types.EventType type) => type == Event.Types.EventType.Put ? "PUT" : "DELETE";

    public static IMessage AnswerOf(ResponseOp response) => response.ResponseCase switch
    {
        ResponseOp.ResponseOneofCase.ResponseRange => response.ResponseRange,
        ResponseOp.ResponseOneofCase.ResponsePut => response.ResponsePut,
        ResponseOp.ResponseOneofCase.ResponseDeleteRange => response.ResponseDeleteRange,
        _ => response.ResponseTxn,
    };

    public override void Print(object answer, params string[] told)
    {
        switch (answer)
        {
            case RangeResponse or PutResponse or DeleteRangeResponse or TxnResponse or WatchResponse:
                Kv((IMessage)answer);
                break;
            case LeaseGrantResponse or LeaseRevokeResponse or LeaseKeepAliveResponse or LeaseTimeToLiveResponse or LeaseLeasesResponse:
                Lease((IMessage)answer);
                break;
            case MemberListResponse members:
                Members(members);
                break;
            case AlarmResponse alarms:
                Header(alarms.Header);
                foreach (var alarm in alarms.Alarms)
                {
                    Field("MemberID", Id(alarm.MemberID));
                    Field("AlarmType", NameOf(alarm.Alarm));
                    Out.Write("\n");
                }

                break;
            case AuthRoleGetResponse role:
                Header(role.Header);
                foreach (var permission in role.Perm)
                {
                    Out.WriteLine($"\"PermType\" :  {TypeOf(permission)}");
                    Field("Key", GoText.Quote(permission.Key.Span));
                    Field("RangeEnd", GoText.Quote(permission.RangeEnd.Span));
                }

                break;
            case AuthRoleListResponse roles:
                Header(roles.Header);
                Out.WriteLine($"\"Roles\" :{string.Concat(roles.Roles.Select(static role => " " + GoText.Quote(role)))}");
                break;
            default:
                Header(HeaderOf(answer) ?? throw Unsupported());
                break;
        }
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints)
    {
        foreach (var one in endpoints)
        {
            Field("Endpoint", GoText.Quote(one.Endpoint));
            Field("Health", CtlRows.Bool(one.IsHealthy));
            Field("Took", one.Took);
            Field("Error", one.Error);
            Out.Write("\n");
        }
    }

    public override void Status(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints)
    {
        foreach (var (endpoint, status) in endpoints)
        {
            Header(status.Header);
            Field("Version", GoText.Quote(status.Version));
            FieldIf(Version.TellsStorage, "StorageVersion", GoText.Quote(status.StorageVersion));
            Field("DBSize", CtlRows.Number(status.DbSize));
            FieldIf(Version.TellsStorage, "DBSizeInUse", CtlRows.Number(status.DbSizeInUse));
            FieldIf(Version.Minor >= (IsHex ? 6 : 7), "DBSizeQuota", CtlRows.Number(status.DbSizeQuota));
            Field("Leader", Decimal(status.Leader));
            Field("IsLearner", CtlRows.Bool(status.IsLearner));
            Field("RaftIndex", Decimal(status.RaftIndex));
            Field("RaftTerm", Decimal(status.RaftTerm));
            Field("RaftAppliedIndex", Decimal(status.RaftAppliedIndex));
            Field("Errors", $"[{string.Join(' ', status.Errors)}]");
            Field("Endpoint", GoText.Quote(endpoint));
            FieldIf(Version.TellsStorage, "DowngradeTargetVersion", GoText.Quote(status.DowngradeInfo?.TargetVersion ?? ""));
            FieldIf(Version.TellsStorage, "DowngradeEnabled", CtlRows.Bool(status.DowngradeInfo?.Enabled ?? false));
            Out.Write("\n");
        }
    }

    public override void HashKv(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints)
    {
        foreach (var (endpoint, hash) in endpoints)
        {
            Header(hash.Header);
            Field("Endpoint", GoText.Quote(endpoint));
            Field("Hash", CtlRows.Number(hash.Hash));
            FieldIf(Version.TellsStorage, "HashRevision", CtlRows.Number(hash.HashRevision));
            Out.Write("\n");
        }
    }

    public override void Snapshot(IReadOnlyList<UtlField> fields) => Out.Write(UtlOutput.Format("fields", fields));

    private static string Decimal(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string TypeOf(Permission permission) => permission.PermType switch
    {
        Permission.Types.Type.Read => "READ",
        Permission.Types.Type.Write => "WRITE",
        _ => "READWRITE",
    };

    private static ResponseHeader? HeaderOf(object answer) => answer switch
    {
        AuthRoleAddResponse added => added.Header,
        AuthRoleDeleteResponse deleted => deleted.Header,
        AuthRoleGrantPermissionResponse granted => granted.Header,
        AuthRoleRevokePermissionResponse revoked => revoked.Header,
        AuthUserAddResponse added => added.Header,
        AuthUserDeleteResponse deleted => deleted.Header,
        AuthUserChangePasswordResponse changed => changed.Header,
        AuthUserGrantRoleResponse granted => granted.Header,
        AuthUserRevokeRoleResponse revoked => revoked.Header,
        _ => null,
    };

    private string Id(ulong id) => ShowsHex ? CtlRows.Hex(id) : Decimal(id);

    private string Id(long lease) => ShowsHex ? lease.ToString("x16", CultureInfo.InvariantCulture) : CtlRows.Number(lease);

    private void Field(string name, string value) => Out.WriteLine($"\"{name}\" : {value}");

    private void FieldIf(bool isShown, string name, string value)
    {
        if (isShown)
        {
            Field(name, value);
        }
    }

    private void Header(ResponseHeader? header)
    {
        header ??= new ResponseHeader();
        Field("ClusterID", Id(header.ClusterId));
        Field("MemberID", Id(header.MemberId));
        FieldIf(header.Revision > 0 || !Version.TellsStorage, "Revision", CtlRows.Number(header.Revision));
        Field("RaftTerm", Decimal(header.RaftTerm));
    }

    private void Kv(IMessage answer)
    {
        switch (answer)
        {
            case RangeResponse range:
                Header(range.Header);
                range.Kvs.ToList().ForEach(kv => Pair("", kv));
                Field("More", CtlRows.Bool(range.More));
                Field("Count", CtlRows.Number(range.Count));
                break;
            case PutResponse put:
                Header(put.Header);
                Pair("Prev", put.PrevKv);
                break;
            case DeleteRangeResponse deleted:
                Header(deleted.Header);
                Field("Deleted", CtlRows.Number(deleted.Deleted));
                deleted.PrevKvs.ToList().ForEach(kv => Pair("Prev", kv));
                break;
            case WatchResponse watch:
                Header(watch.Header);
                foreach (var happened in watch.Events)
                {
                    Field("Type", NameOf(happened.Type));
                    Pair("Prev", happened.PrevKv);
                    Pair("", happened.Kv);
                }

                break;
            case TxnResponse txn:
                Header(txn.Header);
                Field("Succeeded", CtlRows.Bool(txn.Succeeded));
                txn.Responses.ToList().ForEach(response => Kv(AnswerOf(response)));
                break;
            default:
                break;
        }
    }

    private void Pair(string prefix, KeyValue? kv)
    {
        if (kv == null)
        {
            return;
        }

        Field(prefix + "Key", GoText.Quote(kv.Key.Span));
        Field(prefix + "CreateRevision", CtlRows.Number(kv.CreateRevision));
        Field(prefix + "ModRevision", CtlRows.Number(kv.ModRevision));
        Field(prefix + "Version", CtlRows.Number(kv.Version));
        Field(prefix + "Value", GoText.Quote(kv.Value.Span));
        Field(prefix + "Lease", Id(kv.Lease));
    }

    private void Lease(IMessage answer)
    {
        switch (answer)
        {
            case LeaseGrantResponse grant:
                Header(grant.Header);
                Field("ID", Id(grant.ID));
                Field("TTL", CtlRows.Number(grant.TTL));
                break;
            case LeaseKeepAliveResponse keepAlive:
                Header(keepAlive.Header);
                Field("ID", Id(keepAlive.ID));
                Field("TTL", CtlRows.Number(keepAlive.TTL));
                break;
            case LeaseTimeToLiveResponse timeToLive:
                Header(timeToLive.Header);
                Field("ID", Id(timeToLive.ID));
                Field("TTL", CtlRows.Number(timeToLive.TTL));
                Field("GrantedTTL", CtlRows.Number(timeToLive.GrantedTTL));
                timeToLive.Keys.ToList().ForEach(key => Field("Key", GoText.Quote(key.Span)));
                break;
            case LeaseLeasesResponse leases:
                Header(leases.Header);
                leases.Leases.ToList().ForEach(lease => Field("ID", Id(lease.ID)));
                break;
            case LeaseRevokeResponse revoked:
                Header(revoked.Header);
                break;
            default:
                break;
        }
    }

    private void Members(MemberListResponse answer)
    {
        Header(answer.Header);
        foreach (var member in answer.Members)
        {
            Field("ID", Id(member.ID));
            Field("Name", GoText.Quote(member.Name));
            member.PeerURLs.ToList().ForEach(url => Field("PeerURL", GoText.Quote(url)));
            member.ClientURLs.ToList().ForEach(url => Field("ClientURL", GoText.Quote(url)));
            Field("IsLearner", CtlRows.Bool(member.IsLearner));
            Out.Write("\n");
        }
    }
}
