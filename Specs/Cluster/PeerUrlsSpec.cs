using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Akka;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Members with several peer URLs: real processes.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class PeerUrlsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // The genuine transport dials the first peer URL and nothing else.
    [SubsetFact]
    public async Task Members_are_reached_by_another_peer_URL_when_nobody_listens_at_the_first()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd, WithDeadUrl);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess leader = await cluster.LeaderAsync();
            await ServesAsync(cluster);

            await leader.KillAsync();
            await leader.StartAndWaitAsync();
            await ServesAsync(cluster);
        });
    }

    private static async Task ServesAsync(ThreeNodeCluster cluster)
    {
        foreach (MemberProcess member in cluster.Members)
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            await Poll.UntilAsync($"a put through {member.Endpoint}", Patience, async () =>
            {
                try
                {
                    await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("k") }, TimeSpan.FromSeconds(5));
                    return true;
                }
                catch (GrpcCallException)
                {
                    return false;
                }
            });
        }
    }

    // Ports that only the system may listen at, and nothing here does; each before the member's own in the order of texts.
    private static MemberSettings WithDeadUrl(MemberSettings settings)
    {
        string cluster = string.Join(',', settings.InitialCluster.Split(',').Select((member, number) =>
            $"{member.Split('=')[0]}={DeadUrl(number)},{member}"));
        string own = cluster.Split(',').First(member => member.StartsWith(settings.Name + "=", StringComparison.Ordinal)).Split('=')[1];
        return settings with
        {
            InitialCluster = cluster,
            ExtraArguments = [.. settings.ExtraArguments, "--initial-advertise-peer-urls", $"{own},{settings.PeerUrl}"],
        };
    }

    private static string DeadUrl(int number) => $"http://127.0.0.1:{(number == 0 ? "1" : number == 1 ? "10" : "100")}";
}
