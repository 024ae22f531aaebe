using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>A member that was away so long that the others no longer have the log it needs.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CatchUpSpec
{
    private const int Revisions = 50_000;
    private const int Compactions = 3;
    private const int KeySpace = 5_000;
    private const int InFlight = 64;

    [Fact]
    public async Task Follower_away_for_fifty_thousand_revisions_and_three_compactions_comes_back()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, "--snapshot-count", "5000");
        await cluster.GuardAsync(async () =>
        {
            MemberProcess away = await cluster.FollowerAsync();
            await away.KillAsync();
            MemberProcess leader = await cluster.LeaderAsync();
            var expected = new Dictionary<string, string>();
            await using (GrpcChannel channel = await leader.ConnectAsync())
            {
                for (int part = 0; part < Compactions; part++)
                {
                    long revision = await PutAsync(channel, part, expected);
                    await channel.OnceAsync(
                        EtcdMethods.Compact, new CompactionRequest { Revision = revision - 10, Physical = true }, "etcdserver: mvcc: required revision has been compacted");
                }

                await PutAsync(channel, Compactions, expected);
            }

            await away.StartAndWaitAsync();
            await ClusterChecks.HashesBecomeEqualAsync(cluster);
            await ClusterChecks.EveryMemberHasAsync(cluster, expected);
        });
    }

    /// <summary>Puts one part of the revisions and returns the newest.</summary>
    private static async Task<long> PutAsync(GrpcChannel channel, int part, Dictionary<string, string> expected)
    {
        const int PerPart = Revisions / (Compactions + 1);
        int next = part * PerPart;
        int end = next + PerPart;
        long newest = 0;
        for (int i = next; i < end; i++)
        {
            expected[KeyOf(i)] = ValueOf(i);
        }

        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async lane =>
        {
            // A lane owns its keys, so that the last value of a key is known.
            for (int i = next; i < end; i++)
            {
                if (i % KeySpace % InFlight == lane)
                {
                    PutResponse answer = await channel.UntilDoneAsync(EtcdMethods.Put, new PutRequest
                    {
                        Key = ByteString.CopyFromUtf8(KeyOf(i)),
                        Value = ByteString.CopyFromUtf8(ValueOf(i)),
                    });
                    Max(ref newest, answer.Header.Revision);
                }
            }
        }));
        return newest;
    }

    private static string KeyOf(int number)
    {
        return "away/" + (number % KeySpace).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static string ValueOf(int number)
    {
        return new string('x', 100) + number.ToString(CultureInfo.InvariantCulture);
    }

    private static void Max(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (value > seen)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
