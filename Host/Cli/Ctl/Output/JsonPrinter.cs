using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The format "json".</summary>
internal sealed class JsonPrinter(CtlContext context) : CtlPrinter("json", context)
{
    public override void Print(object answer, params string[] told)
    {
        var json = new JsonText().Begin();
        switch (answer)
        {
            case RangeResponse or PutResponse or DeleteRangeResponse or TxnResponse:
                KvJson.Write(json, (IMessage)answer, Version);
                break;
            case WatchResponse watch:
                Watch(json, watch);
                break;
            case LeaseGrantResponse grant:
                KvJson.HeaderFields(json, grant.Header);
                json.Field("ID", grant.ID, always: true).Field("TTL", grant.TTL, always: true).Field("Error", grant.Error, always: true);
                break;
            case LeaseKeepAliveResponse keepAlive:
                KvJson.HeaderFields(json, keepAlive.Header);
                json.Field("ID", keepAlive.ID, always: true).Field("TTL", keepAlive.TTL, always: true);
                break;
            case LeaseTimeToLiveResponse timeToLive:
                TimeToLive(json, timeToLive);
                break;
            case LeaseLeasesResponse leases:
                KvJson.HeaderFields(json, leases.Header);
                json.List("leases", leases.Leases, static (json, lease) => json.Begin().Field("id", lease.ID, always: true).End(), always: true);
                break;
            default:
                AdminJson.Write(json, (IMessage)answer, IsHex && Version.TellsHexIn(isList: answer is MemberListResponse), Version);
                break;
        }

        Line(json.End());
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints)
    {
        Line(Endpoints(endpoints, static (json, one) => json.Begin()
            .Field("endpoint", one.Endpoint, always: true)
            .Field("health", one.IsHealthy, always: true)
            .Field("took", one.Took, always: true)
            .Field("error", one.Error)
            .End()));
    }

    public override void Status(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints)
    {
        Line(Endpoints(endpoints, (json, one) =>
        {
            json.Begin().Field("Endpoint", one.Endpoint, always: true).Begin("Status");
            AdminJson.Status(json, one.Status, Version);
            json.End().End();
        }));
    }

    public override void HashKv(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints)
    {
        Line(Endpoints(endpoints, (json, one) =>
        {
            json.Begin().Field("Endpoint", one.Endpoint, always: true).Begin("HashKV");
            KvJson.Header(json, one.Hash.Header);
            json.Field("hash", one.Hash.Hash).Field("compact_revision", one.Hash.CompactRevision);
            json.Field("hash_revision", Version.TellsStorage ? one.Hash.HashRevision : 0);
            json.End().End();
        }));
    }

    public override void Snapshot(IReadOnlyList<UtlField> fields) => Out.Write(UtlOutput.Format("json", fields));

    private void Watch(JsonText json, WatchResponse watch)
    {
        json.Begin("Header");
        KvJson.HeaderFields(json, watch.Header);
        json.End();
        _ = Version.Minor >= 7
            ? json.List("Events", watch.Events, KvJson.Event, always: true)
            : json.Array("Events", watch.Events, KvJson.Event);
        json
            .Field("CompactRevision", watch.CompactRevision, always: true)
            .Field("Canceled", watch.Canceled, always: true)
            .Field("Created", watch.Created, always: true);
        if (Version.Minor >= 7)
        {
            json.Field("CancelReason", watch.CancelReason, always: true);
        }
    }

    private static void TimeToLive(JsonText json, LeaseTimeToLiveResponse answer)
    {
        KvJson.HeaderFields(json, answer.Header);
        json.Field("id", answer.ID, always: true)
            .Field("ttl", answer.TTL, always: true)
            .Field("granted-ttl", answer.GrantedTTL, always: true)
            .Raw("keys", answer.Keys.Count == 0 ? "null" : $"[{string.Join(',', answer.Keys.Select(static key => $"\"{key.ToBase64()}\""))}]");
    }

    // Since 3.6 nobody's answer is told as null.
    private JsonText Endpoints<T>(IReadOnlyList<T> answers, Action<JsonText, T> write)
    {
        var json = new JsonText();
        return answers.Count == 0 && Version.Minor >= 6 ? json.Raw(null, "null") : json.Items(answers, write);
    }

    private void Line(JsonText json) => Out.WriteLine(json.ToString());
}
