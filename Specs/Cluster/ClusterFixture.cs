using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>One three-node cluster shared by the specs of a class.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public ThreeNodeCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
    }

    public async Task DisposeAsync()
    {
        if (Cluster != null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
