using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The format "table", which only lists of members, endpoints and snapshots have.</summary>
internal sealed class TablePrinter(CtlContext context) : CtlPrinter("table", context)
{
    public override void Print(object answer, params string[] told)
    {
        Draw(answer is MemberListResponse members ? CtlRows.Of(members) : throw Unsupported());
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints) => Draw(CtlRows.Of(endpoints));

    public override void Status(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints)
        => Draw(CtlRows.Of(endpoints, Version));

    public override void HashKv(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints)
        => Draw(CtlRows.Of(endpoints, Version));

    public override void Snapshot(IReadOnlyList<UtlField> fields)
        => Draw(new CtlTable([.. fields.Select(static field => field.Heading)], [[.. fields.Select(static field => field.Text)]]));

    private void Draw(CtlTable table) => Out.Write(table.Draw(Version.DrawsBoxes));
}
