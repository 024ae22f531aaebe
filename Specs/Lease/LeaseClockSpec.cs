using ActorEtcd.Lease;
using Xunit;

namespace ActorEtcd.Specs.Lease;

public sealed class LeaseClockSpec
{
    private static readonly LeaseId Id = new(7);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);
    private readonly LeaseClock _clock = new();

    [Theory]
    [InlineData(100, 1000, 2)]
    [InlineData(100, 300, 1)]
    [InlineData(300, 2000, 3)]
    [InlineData(1000, 3000, 4)]
    public void Shortest_time_to_live_is_one_and_a_half_elections_in_whole_heartbeats(int heartbeat, int election, long expected)
        => Assert.Equal(
            expected, LeaseSettings.TtlSecondsMin(TimeSpan.FromMilliseconds(heartbeat), TimeSpan.FromMilliseconds(election)));

    [Fact]
    public void Lease_that_is_not_renewed_expires_after_its_granted_time()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 10), At(0), TimeSpan.Zero);

        Assert.Empty(Expired(At(9.9)));
        Assert.Equal([Id], Expired(At(10)));
    }

    [Fact]
    public void Renewed_lease_expires_its_granted_time_after_the_renewal()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 10), At(0), TimeSpan.Zero);

        Assert.Equal(new LeaseTtl(10, 10), _clock.Renew(Id, At(9), out var forget));
        Assert.False(forget);
        Assert.Empty(Expired(At(18.9)));
        Assert.Equal([Id], Expired(At(19)));
    }

    [Fact]
    public void Expired_lease_is_not_renewed_and_comes_up_again_while_it_exists()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 10), At(0), TimeSpan.Zero);

        Assert.Equal([Id], Expired(At(10)));
        Assert.Equal(LeaseTtl.NotFound, _clock.Renew(Id, At(11), out _));
        Assert.Empty(Expired(At(12)));
        Assert.Equal([Id], Expired(At(13)));
        _clock.Remove(Id);
        Assert.Empty(Expired(At(30)));
    }

    [Fact]
    public void New_leader_starts_from_the_recorded_remaining_time_and_its_grace()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 100, RemainingTtlSeconds: 5), At(0), TimeSpan.FromSeconds(1));

        Assert.Equal(new LeaseTtl(6, 100), _clock.Query(Id, At(0)));
        Assert.Equal([Id], Expired(At(6)));
    }

    [Fact]
    public void Renewal_of_a_lease_with_a_recorded_time_asks_to_forget_it()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 100, RemainingTtlSeconds: 5), At(0), TimeSpan.Zero);

        _clock.Renew(Id, At(1), out var forget);

        Assert.True(forget);
    }

    [Fact]
    public void Remaining_time_is_recorded_once_per_step_and_not_for_renewed_leases()
    {
        _clock.Start(new LeaseRecord(Id, TtlSeconds: 100), At(0), TimeSpan.Zero);
        _clock.Start(new LeaseRecord(new LeaseId(8), TtlSeconds: 100), At(0), TimeSpan.Zero);
        _clock.Renew(new LeaseId(8), At(9), out _);

        Assert.Equal([(Id, 89L)], _clock.ToRecord(At(11)));
        _clock.Recorded(Id, 89);
        Assert.DoesNotContain(_clock.ToRecord(At(15)), due => due.Id == Id);
    }

    [Fact]
    public void Storm_of_expiries_is_taken_in_portions_and_loses_none()
    {
        const int Count = 10_000;
        for (var i = 1; i <= Count; i++)
        {
            _clock.Start(new LeaseRecord(new LeaseId(i), TtlSeconds: 1), At(0), TimeSpan.Zero);
        }

        var seen = new HashSet<LeaseId>();
        for (var portion = Expired(At(2), max: 1000); portion.Count > 0; portion = Expired(At(2), max: 1000))
        {
            Assert.True(portion.Count <= 1000);
            Assert.All(portion, id => Assert.True(seen.Add(id)));
        }

        Assert.Equal(Count, seen.Count);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private List<LeaseId> Expired(TimeSpan now, int max = 100)
    {
        var expired = new List<LeaseId>();
        _clock.TakeExpired(now, max, Retry, expired);
        return expired;
    }
}
