using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>One bit of a segment, flipped under a running member and in a stopped one: the others give back that record alone.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class MendedSegmentSpec : IDisposable
{
    private const string Mended = " is mended with ";
    private const int SegmentHeaderBytes = 16;
    private const int Puts = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(60);

    private readonly TempDir _dir = new();

    public void Dispose() => _dir.Dispose();

    [Fact]
    public async Task Flipped_bit_of_a_segment_is_mended_by_the_others_while_the_member_runs_and_when_it_starts()
    {
        string hocon = Path.Combine(_dir.Path, "small.conf");
        await File.WriteAllTextAsync(hocon, "akka.etcd.store.segment-bytes = 64KiB", Encoding.UTF8);
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            ServerKind.ActorEtcd, "--hocon-file", hocon, "--snapshot-count", "50");
        await cluster.GuardAsync(async () =>
        {
            await PutAsync(cluster.Members[0], Puts);

            MemberProcess running = cluster.Members[1];
            int process = running.ProcessId;
            Flip(await SealedSegmentAsync(running));
            await RefusedAsync(running);
            await Poll.UntilAsync("the scrubber to find it and the others to mend it", Patience, () =>
            {
                Assert.Equal(process, running.ProcessId);
                return Task.FromResult(IsMended(running));
            });

            MemberProcess stopped = cluster.Members[2];
            string segment = await SealedSegmentAsync(stopped);
            await stopped.KillAsync();
            Flip(segment);
            await stopped.StartAndWaitAsync();
            Assert.True(IsMended(stopped), stopped.Log);

            await AgreeAsync(cluster);
            Assert.DoesNotContain(cluster.Members, static member => member.Log.Contains("set aside", StringComparison.Ordinal));
        });
    }

    /// <summary>Every record of the first segment is in this answer: it does not come before the segment is mended.</summary>
    private static async Task RefusedAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        try
        {
            await channel.UnaryAsync(
                EtcdMethods.Range,
                new RangeRequest { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0), Revision = 140, Serializable = true },
                CallWithin);
            Assert.True(IsMended(member), "a range with a damaged record was answered");
        }
        catch (GrpcCallException refusal)
        {
            Assert.Equal(StatusCode.DataLoss, refusal.Code);
        }
    }

    private static bool IsMended(MemberProcess member) => member.Log.Contains(Mended, StringComparison.Ordinal);

    private static void Flip(string segment)
    {
        using FileStream file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = new Random(1).Next(SegmentHeaderBytes, (int)file.Length);
        int old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 4));
    }

    [GeneratedRegex("saved snapshot at index ([0-9]+)")]
    private static partial Regex Checkpoint();

    /// <summary>The oldest of several is sealed, and a checkpoint of what came after it names it.</summary>
    private static Task<string> SealedSegmentAsync(MemberProcess member) => Poll.UntilAsync<string>(
        $"{member.Settings.Name} to have three segments and a checkpoint", Patience, () =>
        {
            string[] files = Directory.GetFiles(Path.Combine(member.Settings.DataDir, "member", "segments"), "*.seg");
            bool isNamed = Checkpoint().Matches(member.Log).Any(static saved => int.Parse(saved.Groups[1].Value, CultureInfo.InvariantCulture) > Puts / 2);
            return Task.FromResult(files.Length >= 3 && isNamed ? files.Order(StringComparer.Ordinal).First() : null);
        });

    private static async Task PutAsync(MemberProcess member, int count)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        for (int put = 0; put < count; put++)
        {
            await Poll.UntilAsync($"put {put}", Patience, async () => await channel.UnaryAsync(
                EtcdMethods.Put,
                new PutRequest
                {
                    Key = ByteString.CopyFromUtf8($"key/{put % 150}"),
                    Value = ByteString.CopyFromUtf8($"{put} {new string('v', 700)}"),
                },
                CallWithin));
        }
    }

    private static Task AgreeAsync(ThreeNodeCluster cluster) => Poll.UntilAsync("the members to agree", Patience, async () =>
    {
        HashKVResponse[] hashes = await Task.WhenAll(cluster.Members.Select(static async member =>
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            return await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest(), CallWithin);
        }));
        return Array.TrueForAll(hashes, hash => (hash.Hash, hash.HashRevision) == (hashes[0].Hash, hashes[0].HashRevision));
    });
}
