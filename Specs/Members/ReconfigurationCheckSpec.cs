using ActorEtcd.Members;
using Xunit;

namespace ActorEtcd.Specs.Members;

/// <summary>The strict reconfiguration check, case by case as in etcd's <c>cluster_test.go</c> and <c>server.go</c>.</summary>
public sealed class ReconfigurationCheckSpec
{
    private static readonly MemberId Self = new(1);

    [Theory]
    [InlineData(1, 1, EtcdError.None)]
    [InlineData(2, 2, EtcdError.None)]
    [InlineData(2, 1, EtcdError.MemberNotEnoughStarted)]
    [InlineData(3, 3, EtcdError.None)]
    [InlineData(3, 2, EtcdError.MemberNotEnoughStarted)]
    [InlineData(5, 4, EtcdError.None)]
    [InlineData(5, 3, EtcdError.MemberNotEnoughStarted)]
    public void Voter_is_added_when_the_started_ones_are_still_a_majority(int voters, int started, EtcdError expected)
        => Assert.Equal(expected, Check(voters, started, Always, Adding(isLearner: false)));

    [Fact]
    public void Learner_is_added_whoever_is_started_but_only_to_healthy_members()
    {
        Assert.Equal(EtcdError.None, Check(3, 1, Always, Adding(isLearner: true)));
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, static _ => TimeSpan.FromSeconds(4), Adding(isLearner: true)));
    }

    [Fact]
    public void Addition_waits_until_all_voters_were_connected_for_the_health_interval()
    {
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, static _ => TimeSpan.FromSeconds(4.9), Adding(isLearner: false)));
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, static id => id.Value == 3 ? null : TimeSpan.MaxValue, Adding(isLearner: false)));
        Assert.Equal(EtcdError.None, Check(3, 3, static _ => TimeSpan.FromSeconds(5.1), Adding(isLearner: false)));
    }

    [Fact]
    public void Member_that_is_down_may_go_and_one_of_the_majority_at_work_may_not()
    {
        static TimeSpan? ThirdIsDown(MemberId id) => id.Value == 3 ? null : TimeSpan.FromMinutes(1);
        Assert.Equal(EtcdError.None, Check(3, 3, ThirdIsDown, new MemberChange.Remove(new MemberId(3))));
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, ThirdIsDown, new MemberChange.Remove(new MemberId(2))));
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, ThirdIsDown, new MemberChange.Remove(Self)));
        Assert.Equal(EtcdError.None, Check(3, 3, Always, new MemberChange.Remove(Self)));
        Assert.Equal(EtcdError.MemberNotEnoughStarted, Check(3, 1, Always, new MemberChange.Remove(new MemberId(2))));
    }

    [Fact]
    public void Activity_counts_from_the_first_answer_after_a_silence()
    {
        var activity = new PeerActivity();
        var peer = new MemberId(2);
        Assert.Null(activity.ActiveFor(peer, TimeSpan.Zero));
        for (var second = 1; second <= 10; second++)
        {
            activity.Heard(peer, 1, TimeSpan.FromSeconds(second));
        }

        Assert.Equal(TimeSpan.FromSeconds(10), activity.ActiveFor(peer, TimeSpan.FromSeconds(11)));
        Assert.Null(activity.ActiveFor(peer, TimeSpan.FromSeconds(13)));
        activity.Heard(peer, 1, TimeSpan.FromSeconds(14));
        Assert.Equal(TimeSpan.FromSeconds(1), activity.ActiveFor(peer, TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void Member_that_others_do_not_reach_is_not_healthy_however_well_it_answers_here()
    {
        var third = new MemberId(3);
        TimeSpan? Healthy(MemberId id) => id == third ? null : TimeSpan.FromHours(1);
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, Always, Healthy, Adding(isLearner: false)));
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, Always, Healthy, new MemberChange.Remove(new MemberId(2))));

        // Nobody is let go more easily, or kept, for what others say of it.
        Assert.Equal(EtcdError.None, Check(3, 3, Always, Healthy, new MemberChange.Remove(third)));
        static TimeSpan? SecondIsDown(MemberId id) => id.Value == 2 ? null : TimeSpan.FromHours(1);
        Assert.Equal(EtcdError.Unhealthy, Check(3, 3, SecondIsDown, static _ => null, new MemberChange.Remove(third)));
    }

    [Fact]
    public void Health_ends_with_a_report_and_counts_anew_from_its_end()
    {
        var activity = new PeerActivity();
        var peer = new MemberId(2);
        Hear(activity, peer, 1, 1, 20);
        activity.Reported(peer, isReachable: false, TimeSpan.FromSeconds(10));
        Hear(activity, peer, 1, 20, 22);
        Assert.Null(activity.HealthyFor(peer, TimeSpan.FromSeconds(22)));
        Assert.Equal(TimeSpan.FromSeconds(21), activity.ActiveFor(peer, TimeSpan.FromSeconds(22)));

        activity.Reported(peer, isReachable: true, TimeSpan.FromSeconds(22));
        Hear(activity, peer, 1, 23, 24);
        Assert.Equal(TimeSpan.FromSeconds(2), activity.HealthyFor(peer, TimeSpan.FromSeconds(24)));

        activity.Reported(peer, isReachable: true, TimeSpan.FromSeconds(24));
        Assert.Equal(TimeSpan.FromSeconds(2), activity.HealthyFor(peer, TimeSpan.FromSeconds(24)));
    }

    [Fact]
    public void Report_of_a_process_does_not_hold_for_the_next_one()
    {
        var activity = new PeerActivity();
        var peer = new MemberId(2);
        Hear(activity, peer, 1, 1, 10);
        activity.Reported(peer, isReachable: false, TimeSpan.FromSeconds(10));
        Hear(activity, peer, 2, 11, 18);
        Assert.Equal(TimeSpan.FromSeconds(7), activity.HealthyFor(peer, TimeSpan.FromSeconds(18)));

        activity.Reported(peer, isReachable: true, TimeSpan.FromSeconds(18));
        Assert.Equal(TimeSpan.FromSeconds(7), activity.HealthyFor(peer, TimeSpan.FromSeconds(18)));
    }

    [Fact]
    public void Member_that_was_only_reported_is_away()
    {
        var activity = new PeerActivity();
        var peer = new MemberId(2);
        activity.Reported(peer, isReachable: false, TimeSpan.Zero);
        activity.Reported(peer, isReachable: true, TimeSpan.Zero);
        Assert.Null(activity.ActiveFor(peer, TimeSpan.Zero));
        Assert.Null(activity.HealthyFor(peer, TimeSpan.Zero));
    }

    private static void Hear(PeerActivity activity, MemberId peer, long incarnation, int from, int to)
    {
        for (var second = from; second <= to; second++)
        {
            activity.Heard(peer, incarnation, TimeSpan.FromSeconds(second));
        }
    }

    private static TimeSpan? Always(MemberId id) => TimeSpan.FromHours(1);

    private static MemberChange Adding(bool isLearner)
        => new MemberChange.Add(new Member(new MemberId(99), string.Empty, ["http://new:1"], [], isLearner), 1);

    private static EtcdError Check(int voters, int started, Func<MemberId, TimeSpan?> activeFor, MemberChange change)
        => Check(voters, started, activeFor, activeFor, change);

    private static EtcdError Check(
        int voters, int started, Func<MemberId, TimeSpan?> activeFor, Func<MemberId, TimeSpan?> healthyFor, MemberChange change)
    {
        var members = Enumerable.Range(1, voters).Select(i => new Member(
            new MemberId((ulong)i), i <= started ? $"m{i}" : string.Empty, [$"http://m{i}:1"], []));
        return new ReconfigurationCheck(MemberTable.Of(7, members), Self, activeFor, healthyFor).Check(change);
    }
}
