using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// Bits of segments flipped under a running member just before it needs them: for a watcher that catches up, for entries that
/// it applies, for a compaction. It waits for the others to mend the record, and goes on in the same process.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class DamagedRecordSpec : IDisposable
{
    private const int Keys = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(30);

    private readonly TempDir _dir = new();
    private int _version;

    public void Dispose() => _dir.Dispose();

    [Fact]
    public async Task Watcher_entries_and_compaction_wait_for_a_damaged_record_to_be_mended()
    {
        string hocon = Path.Combine(_dir.Path, "small.conf");
        await File.WriteAllTextAsync(hocon, "akka.etcd.store.segment-bytes = 64KiB", Encoding.UTF8);
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            ServerKind.ActorEtcd, "--hocon-file", hocon, "--snapshot-count", "50");
        await cluster.GuardAsync(async () =>
        {
            await PutAllAsync(cluster);
            await PutAllAsync(cluster);
            long revision = await PutAllAsync(cluster);
            MemberProcess member = await cluster.FollowerAsync();
            int process = member.ProcessId;

            // All of history.
            int mended = await FlipAsync(member, "key/0050");
            await using (var watch = new ResumingWatch([member], 0, "key/", fromRevision: 2))
            {
                await Poll.UntilAsync($"the watch to tell revision {revision}", Patience, () => Task.FromResult(watch.NextRevision > revision));
                Assert.Equal(0, watch.Resumptions);
            }

            await MendedAsync(member, mended);

            // What each key had before is read when it is put again.
            mended = await FlipAsync(member, "key/0120");
            await AppliedAsync(member, await PutAllAsync(cluster));
            await MendedAsync(member, mended);

            // Every other key lives on in segments that are half garbage after it.
            revision = await PutAllAsync(cluster, step: 2);
            await AppliedAsync(member, revision);
            mended = await FlipAsync(member, "key/0101");
            await using (GrpcChannel channel = await member.ConnectAsync())
            {
                await channel.OnceAsync(
                    EtcdMethods.Compact,
                    new CompactionRequest { Revision = revision, Physical = true },
                    "etcdserver: mvcc: required revision has been compacted");
                await channel.UnaryAsync(EtcdMethods.Defragment, new DefragmentRequest(), Patience);
            }

            await MendedAsync(member, mended);
            await AgreeAsync(cluster);
            Assert.Equal(process, member.ProcessId);
        });
    }

    [GeneratedRegex("is mended with [1-9]")]
    private static partial Regex Mended();

    private static int MendedBy(MemberProcess member) => Mended().Count(member.Log);

    private static Task MendedAsync(MemberProcess member, int before) => Poll.UntilAsync(
        $"{member.Settings.Name} to mend its segment", Patience, () => Task.FromResult(MendedBy(member) > before));

    /// <summary>Flips a bit in the newest value of the key that a sealed segment has; tells how often the member has mended so far.</summary>
    private static async Task<int> FlipAsync(MemberProcess member, string key)
    {
        int mended = MendedBy(member);
        await Poll.UntilAsync($"{key} to be in a sealed segment of {member.Settings.Name}", Patience, () =>
        {
            string[] files = Directory.GetFiles(Path.Combine(member.Settings.DataDir, "member", "segments"), "*.seg");
            foreach (string file in files.OrderDescending(StringComparer.Ordinal).Skip(1))
            {
                int at = File.ReadAllBytes(file).AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(key));
                if (at >= 0)
                {
                    Flip(file, at + key.Length + 20);
                    return Task.FromResult(true);
                }
            }

            return Task.FromResult(false);
        });
        return mended;
    }

    private static void Flip(string path, long offset)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        int old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 4));
    }

    private static Task AppliedAsync(MemberProcess member, long revision) => Poll.UntilAsync(
        $"{member.Settings.Name} to apply revision {revision}", Patience, async () =>
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            return (await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), CallWithin)).Header.Revision >= revision;
        });

    /// <returns>The revision of the last put.</returns>
    private async Task<long> PutAllAsync(ThreeNodeCluster cluster, int step = 1)
    {
        _version++;
        long revision = 0;
        await using GrpcChannel channel = await (await cluster.LeaderAsync()).ConnectAsync();
        for (int key = 0; key < Keys; key += step)
        {
            PutResponse put = await channel.UntilDoneAsync(
                EtcdMethods.Put,
                new PutRequest
                {
                    Key = ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"key/{key:D4}")),
                    Value = ByteString.CopyFromUtf8($"{_version} {new string('v', 700)}"),
                });
            revision = put.Header.Revision;
        }

        return revision;
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
