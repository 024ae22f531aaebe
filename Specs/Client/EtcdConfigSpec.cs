using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Client;

public sealed class EtcdConfigSpec
{
    private static readonly RaftSettings Raft = new()
    {
        Id = new MemberId(1),
        InitialConfiguration = RaftConfiguration.OfVoters(new MemberId(1)),
    };

    [Fact]
    public void Reference_configuration_says_what_the_settings_default_to()
    {
        var config = EtcdConfig.Default();
        var gateway = GatewaySettings.For(TimeSpan.FromSeconds(1));
        var apply = new ApplySettings(10_000);

        Assert.Equal(Raft, EtcdConfig.Apply(config, Raft));
        Assert.Equal(gateway, EtcdConfig.Apply(config, gateway));
        Assert.Equal(apply, EtcdConfig.Apply(config, apply));
        Assert.Equal(new StoreSettings(), EtcdConfig.Apply(config, new StoreSettings()));
    }

    [Fact]
    public void Configured_limit_replaces_the_default()
    {
        var config = ConfigurationFactory.ParseString("akka.etcd.raft.catch-up-entries = 7").WithFallback(EtcdConfig.Default());

        Assert.Equal(7, EtcdConfig.Apply(config, Raft).CatchUpEntries);
    }

    [Theory]
    [InlineData("append-bytes-max = 0")]
    [InlineData("catch-up-entries = -1")]
    public void Limit_out_of_range_is_refused_by_name(string line)
    {
        var config = ConfigurationFactory.ParseString($"akka.etcd.raft.{line}").WithFallback(EtcdConfig.Default());

        var error = Assert.Throws<ConfigurationException>(() => EtcdConfig.Apply(config, Raft));
        Assert.Contains(line.Split(' ')[0], error.Message, StringComparison.Ordinal);
    }
}
