using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Configuration;
using Akka.Coordination;
using Xunit;
using AkkaLease = Akka.Coordination.Lease;

namespace ActorEtcd.Specs.Akka.Coordination;

public class LeaseProviderSpec : PatientTestKit
{
    private const string Settings = """
        mine {
          lease-class = "ActorEtcd.Specs.Akka.Coordination.LeaseProviderSpec+HeldLease, ActorEtcd.Specs"
          heartbeat-interval = 100ms
          heartbeat-timeout = 10s
          lease-operation-timeout = 1s
          flavour = sweet
        }
        plain { lease-class = "ActorEtcd.Specs.Akka.Coordination.LeaseProviderSpec+PlainLease, ActorEtcd.Specs" }
        broken { lease-class = "" }
        unknown { lease-class = "No.Such.Lease, Nowhere" }
        late { lease-class = "whatever", heartbeat-interval = 5s, heartbeat-timeout = 10s }
        """;

    private readonly LeaseProvider _leases;

    public LeaseProviderSpec()
        : base(Settings)
    {
        _leases = LeaseProvider.Get(Sys);
    }

    [Fact]
    public async Task Lease_is_made_of_its_configuration()
    {
        var lease = Assert.IsType<HeldLease>(_leases.GetLease("a", "mine", "me"));

        Assert.Same(Sys, lease.System);
        Assert.Equal("a", lease.Settings.LeaseName);
        Assert.Equal("me", lease.Settings.OwnerName);
        Assert.Equal("sweet", lease.Settings.LeaseConfig.GetString("flavour"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), lease.Settings.TimeoutSettings.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(10), lease.Settings.TimeoutSettings.HeartbeatTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), lease.Settings.TimeoutSettings.OperationTimeout);
        Assert.True(await lease.Acquire());
    }

    [Fact]
    public void Same_name_configuration_and_owner_have_one_lease()
    {
        var lease = _leases.GetLease("a", "mine", "me");

        Assert.Same(lease, _leases.GetLease("a", "mine", "me"));
        Assert.NotSame(lease, _leases.GetLease("b", "mine", "me"));
        Assert.NotSame(lease, _leases.GetLease("a", "mine", "you"));
        Assert.NotSame(lease, _leases.GetLease("a", "plain", "me"));
    }

    [Fact]
    public void Lease_without_settings_of_its_own_has_the_defaults()
    {
        var timeouts = _leases.GetLease("a", "plain", "me").Settings.TimeoutSettings;

        Assert.Equal(TimeSpan.FromSeconds(12), timeouts.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(120), timeouts.HeartbeatTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), timeouts.OperationTimeout);
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("unknown")]
    [InlineData("late")]
    public void Configuration_that_makes_no_sense_is_refused(string path) =>
        Assert.ThrowsAny<Exception>(() => _leases.GetLease("a", path, "me"));

    [Fact]
    public void Interval_that_is_left_empty_follows_from_the_timeout()
    {
        Config Of(string timeout) => ConfigurationFactory.ParseString(
            $"heartbeat-interval = \"\", heartbeat-timeout = {timeout}, lease-operation-timeout = 1s");

        Assert.Equal(TimeSpan.FromSeconds(5), TimeoutSettings.Create(Of("20s")).HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(30), TimeoutSettings.Create(Of("300s")).HeartbeatInterval);
    }

    public sealed class HeldLease(LeaseSettings settings, ExtendedActorSystem system) : AkkaLease(settings)
    {
        public ExtendedActorSystem System { get; } = system;

        public override Task<bool> Acquire() => Task.FromResult(true);

        public override Task<bool> Acquire(Action<Exception> leaseLostCallback) => Acquire();

        public override bool CheckLease() => true;

        public override Task<bool> Release() => Task.FromResult(true);
    }

    public sealed class PlainLease(LeaseSettings settings) : AkkaLease(settings)
    {
        public override Task<bool> Acquire() => Task.FromResult(false);

        public override Task<bool> Acquire(Action<Exception> leaseLostCallback) => Acquire();

        public override bool CheckLease() => false;

        public override Task<bool> Release() => Task.FromResult(true);
    }
}
