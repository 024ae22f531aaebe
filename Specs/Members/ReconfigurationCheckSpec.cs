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
            activity.Heard(peer, TimeSpan.FromSeconds(second));
        }

        Assert.Equal(TimeSpan.FromSeconds(10), activity.ActiveFor(peer, TimeSpan.FromSeconds(11)));
        Assert.Null(activity.ActiveFor(peer, TimeSpan.FromSeconds(13)));
        activity.Heard(peer, TimeSpan.FromSeconds(14));
        Assert.Equal(TimeSpan.FromSeconds(1), activity.ActiveFor(peer, TimeSpan.FromSeconds(15)));
    }

    private static TimeSpan? Always(MemberId id) => TimeSpan.FromHours(1);

    private static MemberChange Adding(bool isLearner)
        => new MemberChange.Add(new Member(new MemberId(99), string.Empty, ["http://new:1"], [], isLearner), 1);

    private static EtcdError Check(int voters, int started, Func<MemberId, TimeSpan?> activeFor, MemberChange change)
    {
        var members = Enumerable.Range(1, voters).Select(i => new Member(
            new MemberId((ulong)i), i <= started ? $"m{i}" : string.Empty, [$"http://m{i}:1"], []));
        return new ReconfigurationCheck(MemberTable.Of(7, members), Self, activeFor).Check(change);
    }
}
