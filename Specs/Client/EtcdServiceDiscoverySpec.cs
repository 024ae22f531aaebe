using ActorEtcd.Client;
using Akka.Discovery;
using Xunit;
using AkkaDiscovery = Akka.Discovery.Discovery;
using Target = Akka.Discovery.ServiceDiscovery.ResolvedTarget;

namespace ActorEtcd.Specs.Client;

public sealed class EtcdServiceDiscoverySpec : NodeSpecBase
{
    public EtcdServiceDiscoverySpec()
        : base("akka.discovery.method = etcd")
    {
    }

    [Fact]
    public async Task Instances_are_the_keys_below_the_service()
    {
        var node = await StartAsync();
        var discovery = (EtcdServiceDiscovery)AkkaDiscovery.Get(Sys).Default;
        await discovery.RegisterAsync("store", "a", new Target("store.example", 2379));
        await discovery.RegisterAsync("store", "b", new Target("10.0.0.2", 2380), portName: "peer");
        await node.PutAsync(PutOf("/akka/discovery/store/c", "10.0.0.3"));
        await node.PutAsync(PutOf("/akka/discovery/store/d", "no host:at all"));
        await node.PutAsync(PutOf("/akka/discovery/storehouse/e", "10.0.0.5:1"));

        var all = await discovery.Lookup("store", Patience);
        var peers = await discovery.Lookup(new Lookup("store", "peer"), Patience);

        Assert.Equal("store", all.ServiceName);
        Assert.Equal(
            [("store.example", 2379), ("10.0.0.3", null), ("10.0.0.2", 2380)],
            all.Addresses.Select(target => (target.Host, target.Port)));
        Assert.Equal([("10.0.0.2", (int?)2380)], peers.Addresses.Select(target => (target.Host, target.Port)));
        Assert.Equal("10.0.0.2", peers.Addresses[0].Address.ToString());
        Assert.Empty((await discovery.Lookup("nobody", Patience)).Addresses);
    }
}
