using System.Text.Json;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>What must be true of a cluster once it has come to rest.</summary>
internal static class ClusterChecks
{
    private static readonly TimeSpan ConvergeWithin = TimeSpan.FromSeconds(180);

    /// <summary>Asks etcdctl for all members' hashes until their revisions agree; then the hashes must too.</summary>
    public static async Task HashesBecomeEqualAsync(ThreeNodeCluster cluster)
    {
        (long Revision, long Compacted, long Hash)[] hashes = await Poll.UntilAsync(
            "all members to reach one revision", ConvergeWithin, async () =>
            {
                (long Revision, long Compacted, long Hash)[] found = await HashesAsync(cluster);
                bool level = found.Length == cluster.Members.Count
                    && found.All(member => member.Revision == found[0].Revision)
                    && found.All(member => member.Compacted == found[0].Compacted);
                return level ? found : null;
            });
        Assert.True(
            hashes.All(member => member.Hash == hashes[0].Hash),
            "hashes differ: " + string.Join(", ", hashes.Select(member => $"{member.Hash} at {member.Revision}")));
    }

    /// <summary>Every member, asked for its own state, has every key with its value.</summary>
    public static async Task EveryMemberHasAsync(ThreeNodeCluster cluster, IReadOnlyDictionary<string, string> expected)
    {
        foreach (MemberProcess member in cluster.Members)
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            RangeResponse all = await channel.UnaryAsync(
                EtcdMethods.Range,
                new RangeRequest
                {
                    Key = ByteString.CopyFromUtf8("\0"),
                    RangeEnd = ByteString.CopyFromUtf8("\0"),
                    Serializable = true,
                },
                TimeSpan.FromSeconds(60));
            Dictionary<string, string> found = all.Kvs.ToDictionary(
                pair => pair.Key.ToStringUtf8(), pair => pair.Value.ToStringUtf8());
            string[] wrong = [.. expected
                .Where(pair => found.GetValueOrDefault(pair.Key) != pair.Value)
                .Select(pair => $"{pair.Key}={found.GetValueOrDefault(pair.Key, "(missing)")}")];
            Assert.True(
                wrong.Length == 0,
                $"{member.Settings.Name} lacks {wrong.Length} of {expected.Count} acknowledged keys: "
                    + string.Join(", ", wrong.Take(20)));
        }
    }

    private static async Task<(long Revision, long Compacted, long Hash)[]> HashesAsync(ThreeNodeCluster cluster)
    {
        EtcdctlResult result = await Etcdctl.RunAsync(cluster.Endpoints, "endpoint", "hashkv", "--write-out=json");
        using JsonDocument answer = JsonDocument.Parse(result.Succeeded());
        return [.. answer.RootElement.EnumerateArray().Select(member =>
        {
            JsonElement hash = member.GetProperty("HashKV");
            long revision = hash.GetProperty("header").GetProperty("revision").GetInt64();
            long compacted = hash.TryGetProperty("compact_revision", out JsonElement known) ? known.GetInt64() : 0;
            return (revision, compacted, hash.GetProperty("hash").GetInt64());
        })];
    }
}
