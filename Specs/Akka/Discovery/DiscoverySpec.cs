using ActorEtcd.Specs.TestKit;
using Akka.Discovery;
using Akka.Discovery.Config;
using Xunit;
using AkkaDiscovery = Akka.Discovery.Discovery;

namespace ActorEtcd.Specs.Akka.Discovery;

public class DiscoverySpec : PatientTestKit
{
    private const string Settings = """
        akka.discovery {
          method = config
          config.services {
            store { endpoints = ["10.0.0.1:2379", "store.example"] }
          }
          aggregate.discovery-methods = [failing, config]
          failing.class = "ActorEtcd.Specs.Akka.Discovery.DiscoverySpec+FailingDiscovery, ActorEtcd.Specs"
          nothing.class = "No.Such.Type, Nowhere"
          empty {}
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public DiscoverySpec()
        : base(Settings)
    {
    }

    private AkkaDiscovery Discovery => AkkaDiscovery.Get(Sys);

    [Fact]
    public async Task Configured_service_is_found()
    {
        var found = await Discovery.Default.Lookup("store", Patience);

        Assert.Equal("store", found.ServiceName);
        Assert.Equal([new("10.0.0.1", 2379), new ServiceDiscovery.ResolvedTarget("store.example")], found.Addresses);
    }

    [Fact]
    public async Task Unknown_service_has_no_addresses() =>
        Assert.Empty((await Discovery.Default.Lookup("nobody", Patience)).Addresses);

    [Fact]
    public async Task Endpoint_can_be_added_and_removed()
    {
        var config = (ConfigServiceDiscovery)Discovery.Default;
        var target = new ServiceDiscovery.ResolvedTarget("10.0.0.9", 1);

        Assert.True(config.TryAddEndpoint("new", target));
        Assert.False(config.TryAddEndpoint("new", target));
        Assert.Equal([target], (await config.Lookup("new", Patience)).Addresses);
        Assert.True(config.TryRemoveEndpoint("new", target));
        Assert.False(config.TryRemoveEndpoint("new", target));
    }

    [Fact]
    public async Task Aggregate_goes_on_behind_a_method_that_fails()
    {
        var aggregate = Discovery.LoadServiceDiscovery("aggregate");

        Assert.Equal(2, (await aggregate.Lookup("store", Patience)).Addresses.Count);
        Assert.Empty((await aggregate.Lookup("nobody", Patience)).Addresses);
    }

    [Fact]
    public void Method_is_made_once() =>
        Assert.Same(Discovery.LoadServiceDiscovery("config"), Discovery.Default);

    [Theory]
    [InlineData("nothing")]
    [InlineData("empty")]
    [InlineData("missing")]
    public void Method_that_cannot_be_made_is_refused(string method) =>
        Assert.Throws<ArgumentException>(() => Discovery.LoadServiceDiscovery(method));

    [Fact]
    public void Srv_name_is_parsed()
    {
        Assert.Equal(new Lookup("etcd.example.com", "client", "tcp"), Lookup.ParseSrv("_client._tcp.etcd.example.com"));
        Assert.True(Lookup.IsValid("_client._tcp.etcd.example.com"));
    }

    [Theory]
    [InlineData("etcd.example.com")]
    [InlineData("_client.etcd.example.com")]
    [InlineData("_client._tcp.-etcd")]
    [InlineData("_client._tcp.")]
    [InlineData("")]
    public void Text_that_is_no_srv_name_is_refused(string text)
    {
        Assert.False(Lookup.IsValid(text));
        Assert.Throws<ArgumentException>(() => Lookup.ParseSrv(text));
    }

    public sealed class FailingDiscovery : ServiceDiscovery
    {
        public override Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout) =>
            throw new InvalidOperationException("nobody is there");
    }
}
