using ActorEtcd.Client;
using ActorEtcd.Members;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Remote;
using Xunit;

namespace ActorEtcd.Specs.Members;

/// <summary>What the members actor answers, and to whom it listens.</summary>
public sealed class MembersActorSpec : PatientTestKit
{
    private const ulong ClusterId = 7;
    private static readonly MemberId Self = new(1);
    private static readonly MemberId Other = new(2);
    private static readonly MemberId Gone = new(3);

    private static readonly Member[] Members =
    [
        new(Self, "one", ["http://127.0.0.1:1"], []),
        new(Other, "two", ["http://127.0.0.1:2"], []),
    ];

    private static readonly MemberTable Table = MemberTable.Of(ClusterId, Members) with { Removed = [Gone] };

    private readonly IActorRef _members;

    public MembersActorSpec()
        : base("")
    {
        _members = ActorOfAsTestActorRef<MembersActor>(
            MembersActor.Props(Self, static () => Table, PeerAddresses.None, "3.6.1"), TestActor);
    }

    [Fact]
    public void Member_is_told_that_this_one_is_there()
    {
        _members.Tell(new ProbeMember(ClusterId, Other, Self, 5), TestActor);
        Assert.Equal(new MemberAlive(ClusterId, Self, 5), ExpectMsg<MemberAlive>());
    }

    [Fact]
    public void Removed_member_is_told_that_it_was_removed()
    {
        _members.Tell(new ProbeMember(ClusterId, Gone, Self, 5), TestActor);
        Assert.Equal(Gone, ExpectMsg<MemberRemoved>().Member);
    }

    [Fact]
    public void Word_of_its_own_removal_goes_to_the_parent_when_it_is_of_this_cluster()
    {
        _members.Tell(new MemberRemoved(ClusterId + 1, Self));
        _members.Tell(new MemberRemoved(ClusterId, Other));
        _members.Tell(new MemberRemoved(ClusterId, Self));
        Assert.Equal(Self, ExpectMsg<MemberRemoved>().Member);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Probe_of_another_cluster_or_for_another_member_is_not_answered()
    {
        _members.Tell(new ProbeMember(ClusterId + 1, Other, Self, 1), TestActor);
        _members.Tell(new ProbeMember(ClusterId, Other, new MemberId(9), 2), TestActor);
        _members.Tell(new AskMembers(), TestActor);
        var told = ExpectMsg<MembersTold>();
        Assert.Equal((ClusterId, 2, Gone, "3.6.1"), (told.ClusterId, told.Members.Length, told.Removed.Single(), told.Version));
    }

    [Fact]
    public async Task Change_is_checked_by_what_is_known_of_the_others()
    {
        var check = new Pending<EtcdError>();
        var added = new Member(new MemberId(9), string.Empty, ["http://127.0.0.1:9"], []);
        _members.Tell(new CheckReconfiguration(new MemberChange.Add(added, 1), check));
        Assert.Equal(EtcdError.Unhealthy, await check.Completion);
    }

    [Fact]
    public async Task Member_whose_connection_broke_has_to_answer_for_a_while_before_it_counts_again()
    {
        var alive = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(200), _members, new MemberAlive(ClusterId, Other, 1), TestActor);
        await AwaitAnswerAsync(EtcdError.None);

        var here = new Address("akka.tcp", PeerAddresses.SystemName, "127.0.0.1", 1);
        Sys.EventStream.Publish(new DisassociatedEvent(here, PeerAddresses.AddressOf("http://127.0.0.1:2")!, inbound: false));
        await AwaitAnswerAsync(EtcdError.Unhealthy);
        await AwaitAnswerAsync(EtcdError.None);
        alive.Cancel();
    }

    [Fact]
    public async Task Report_of_the_akka_cluster_counts_for_changes_until_it_is_taken_back()
    {
        // Silence of a loaded machine would end the member's health too: it goes on answering.
        var alive = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(200), _members, new MemberAlive(ClusterId, Other, 1), TestActor);
        await AwaitAnswerAsync(EtcdError.None);

        _members.Tell(new MemberReachable(Other, IsReachable: false));
        await AwaitAnswerAsync(EtcdError.Unhealthy);

        _members.Tell(new MemberReachable(Other, IsReachable: true));
        await AwaitAnswerAsync(EtcdError.None);
        alive.Cancel();
    }

    private async Task AwaitAnswerAsync(EtcdError expected)
    {
        var added = new Member(new MemberId(9), string.Empty, ["http://127.0.0.1:9"], []);
        await AwaitConditionAsync(
            async () =>
            {
                var check = new Pending<EtcdError>();
                _members.Tell(new CheckReconfiguration(new MemberChange.Add(added, 1), check));
                return await check.Completion == expected;
            },
            TimeSpan.FromSeconds(60),
            TimeSpan.FromMilliseconds(100));
    }
}
