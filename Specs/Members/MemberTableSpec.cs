using ActorEtcd.Members;
using Xunit;

namespace ActorEtcd.Specs.Members;

/// <summary>What a change does to the member list, and which changes make no sense.</summary>
public sealed class MemberTableSpec
{
    private static readonly MemberTable Two = MemberTable.Of(7, [Of(1, "http://a:1"), Of(2, "http://b:1")]);

    [Fact]
    public void Added_member_is_there_until_it_is_removed_and_never_comes_back()
    {
        var three = Apply(Two, new MemberChange.Add(Of(3, "http://c:1"), 1));
        Assert.Equal("http://c:1", three.Find(new MemberId(3))!.PeerUrls.Single());
        var two = Apply(three, new MemberChange.Remove(new MemberId(3)));
        Assert.Null(two.Find(new MemberId(3)));
        Assert.True(two.IsRemoved(new MemberId(3)));
        Assert.Equal(EtcdError.MemberNotFound, two.Apply(new MemberChange.Add(Of(3, "http://c:1"), 1)).Error);
        Assert.Equal(EtcdError.MemberNotFound, two.Apply(new MemberChange.Remove(new MemberId(3))).Error);
    }

    [Fact]
    public void Learner_becomes_a_voter_once()
    {
        var learning = Apply(Two, new MemberChange.Add(Of(3, "http://c:1") with { IsLearner = true }, 1));
        Assert.Equal(2, learning.Voters.Count());
        var promoted = Apply(learning, new MemberChange.Promote(new MemberId(3)));
        Assert.Equal(3, promoted.Voters.Count());
        Assert.Equal(EtcdError.MemberNotLearner, promoted.Apply(new MemberChange.Promote(new MemberId(3))).Error);
    }

    [Fact]
    public void Changes_that_make_no_sense_are_refused_and_change_nothing()
    {
        Refused(EtcdError.MemberExist, new MemberChange.Add(Of(1, "http://c:1"), 1));
        Refused(EtcdError.PeerURLExist, new MemberChange.Add(Of(3, "http://a:1"), 1));
        Refused(EtcdError.PeerURLExist, new MemberChange.Update(new MemberId(1), ["http://b:1"]));
        Refused(EtcdError.TooManyLearners, new MemberChange.Add(Of(3, "http://c:1") with { IsLearner = true }, 0));
        Refused(EtcdError.MemberNotFound, new MemberChange.Update(new MemberId(9), ["http://c:1"]));
        Refused(EtcdError.MemberNotFound, new MemberChange.Promote(new MemberId(9)));
        Refused(EtcdError.MemberNotFound, new MemberChange.Remove(new MemberId(9)));
    }

    [Fact]
    public void Member_may_keep_one_of_its_urls_and_the_last_voter_stays()
    {
        var moved = Apply(Two, new MemberChange.Update(new MemberId(1), ["http://a:1", "http://a:2"]));
        Assert.Equal(2, moved.Find(new MemberId(1))!.PeerUrls.Length);
        var one = Apply(Two, new MemberChange.Remove(new MemberId(2)));
        Assert.Equal(EtcdError.MemberNotEnoughStarted, one.Apply(new MemberChange.Remove(new MemberId(1))).Error);
    }

    [Fact]
    public void Change_survives_its_wire_form()
    {
        MemberChange[] changes =
        [
            new MemberChange.Add(Of(3, "http://c:1") with { IsLearner = true }, 4),
            new MemberChange.Promote(new MemberId(ulong.MaxValue)),
            new MemberChange.Remove(new MemberId(5)),
            new MemberChange.Update(new MemberId(5), ["http://c:1", "http://d:1"]),
        ];
        foreach (var change in changes)
        {
            var bytes = MemberChangeCodec.Encode(change);
            Assert.Equal(change.GetType(), MemberChangeCodec.Decode(bytes).GetType());
            Assert.Equal(bytes, MemberChangeCodec.Encode(MemberChangeCodec.Decode(bytes)));
        }
    }

    private static void Refused(EtcdError error, MemberChange change)
    {
        var (table, refusal) = Two.Apply(change);
        Assert.Equal(error, refusal);
        Assert.Same(Two, table);
    }

    private static MemberTable Apply(MemberTable table, MemberChange change)
    {
        var (changed, error) = table.Apply(change);
        Assert.Equal(EtcdError.None, error);
        return changed;
    }

    private static Member Of(ulong id, string url) => new(new MemberId(id), string.Empty, [url], []);
}
