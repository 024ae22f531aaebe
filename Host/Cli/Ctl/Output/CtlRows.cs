using System.Globalization;
using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>Answers as tables.</summary>
internal static class CtlRows
{
    public static CtlTable Of(MemberListResponse answer) => new(
        ["ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"],
        [.. answer.Members.Select(static member => new[]
        {
            Hex(member.ID),
            member.Name.Length == 0 ? "unstarted" : "started",
            member.Name,
            string.Join(',', member.PeerURLs),
            string.Join(',', member.ClientURLs),
            Bool(member.IsLearner),
        })]);

    public static CtlTable Of(IReadOnlyList<EndpointHealth> endpoints) => new(
        ["endpoint", "health", "took", "error"],
        [.. endpoints.Select(static one => new[] { one.Endpoint, Bool(one.IsHealthy), one.Took, one.Error })]);

    public static CtlTable Of(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints, CtlVersion version) => new(
        version.TellsStorage ? ["endpoint", "hash", "hash_revision"] : ["endpoint", "hash"],
        [.. endpoints.Select(one => version.TellsStorage
            ? new[] { one.Endpoint, Number(one.Hash.Hash), Number(one.Hash.HashRevision) }
            : [one.Endpoint, Number(one.Hash.Hash)])]);

    public static CtlTable Of(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints, CtlVersion version)
        => version.TellsStorage
            ? new CtlTable(
                ["endpoint", "ID", "version", "storage version", "db size", "in use", "percentage not in use", "quota", "is leader",
                    "is learner", "raft term", "raft index", "raft applied index", "errors", "downgrade target version", "downgrade enabled"],
                [.. endpoints.Select(static one => Long(one.Endpoint, one.Status))])
            : new CtlTable(
                ["endpoint", "ID", "version", "db size", "is leader", "is learner", "raft term", "raft index", "raft applied index", "errors"],
                [.. endpoints.Select(static one => Short(one.Endpoint, one.Status))]);

    public static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Bool(bool value) => value ? "true" : "false";

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string[] Short(string endpoint, StatusResponse status) =>
    [
        endpoint,
        Hex(status.Header.MemberId),
        status.Version,
        UtlOutput.Bytes(status.DbSize),
        .. Raft(status),
    ];

    private static string[] Long(string endpoint, StatusResponse status) =>
    [
        endpoint,
        Hex(status.Header.MemberId),
        status.Version,
        status.StorageVersion,
        UtlOutput.Bytes(status.DbSize),
        UtlOutput.Bytes(status.DbSizeInUse),
        $"{(status.DbSize == 0 ? 0 : 100 - (status.DbSizeInUse * 100 / status.DbSize))}%",
        UtlOutput.Bytes(status.DbSizeQuota),
        .. Raft(status),
        status.DowngradeInfo?.TargetVersion ?? "",
        Bool(status.DowngradeInfo?.Enabled ?? false),
    ];

    private static string[] Raft(StatusResponse status) =>
    [
        Bool(status.Leader == status.Header.MemberId),
        Bool(status.IsLearner),
        Number(status.RaftTerm),
        Number(status.RaftIndex),
        Number(status.RaftAppliedIndex),
        string.Join(", ", status.Errors),
    ];
}
