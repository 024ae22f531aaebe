using ActorEtcd.Apply;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using Xunit;

namespace ActorEtcd.Specs.Members;

public sealed class ClusterVersionsSpec
{
    private static readonly MemberTable Three = MemberTable.Of(
        7, Enumerable.Range(1, 3).Select(static id => new Member(new MemberId((ulong)id), "", [], [])));

    [Fact]
    public void Cluster_settles_on_the_lowest_version_once_all_members_have_told_theirs()
    {
        var versions = Told(ClusterVersions.Unknown, 1, "3.7.2");
        versions = Told(versions, 2, "3.6.9");
        Assert.Null(versions.Settled);
        Assert.Equal(new Version(3, 6), Told(versions, 3, "3.7.0").Settled);
        Assert.Equal(EtcdError.ClusterVersionUnavailable, versions.Check(new Version(3, 5)));
    }

    [Fact]
    public void Member_that_says_nothing_leaves_what_is_settled()
    {
        var settled = All("3.7.0");
        var four = MemberTable.Of(7, [.. Three.Members.Values, new Member(new MemberId(4), "", [], [])]);
        Assert.Equal(new Version(3, 7), settled.SettledFor(four).Settled);
        Assert.Equal(new Version(3, 6), settled.Told(new MemberId(4), new Version(3, 6)).SettledFor(four).Settled);
    }

    [Theory]
    [InlineData("3.6", EtcdError.None)]
    [InlineData("3.5", EtcdError.InvalidDowngradeTargetVersion)]
    [InlineData("3.7", EtcdError.InvalidDowngradeTargetVersion)]
    [InlineData("2.6", EtcdError.InvalidDowngradeTargetVersion)]
    public void Downgrade_leads_one_minor_version_back(string target, EtcdError expected)
        => Assert.Equal(expected, All("3.7.0").Check(Version.Parse(target)));

    [Fact]
    public void Downgrade_is_over_when_all_members_are_at_its_target()
    {
        var versions = (All("3.7.0") with { DowngradeTarget = new Version(3, 6) }).SettledFor(Three);
        Assert.Equal(new Version(3, 6), versions.Settled);
        Assert.Equal(EtcdError.InvalidDowngradeTargetVersion, versions.Check(new Version(3, 6)));
        Assert.Equal(EtcdError.DowngradeInProcess, versions.Check(new Version(3, 5)));

        versions = Told(Told(versions, 1, "3.6.1"), 2, "3.6.1");
        Assert.True(versions.IsDowngrading);
        versions = Told(versions, 3, "3.6.2");
        Assert.False(versions.IsDowngrading);
        Assert.Equal(new Version(3, 6), versions.Settled);
        Assert.Equal(new Version(3, 7), Told(Told(Told(versions, 1, "3.7.0"), 2, "3.7.0"), 3, "3.7.0").Settled);
    }

    [Fact]
    public void Downgrade_through_the_log_is_checked_kept_in_checkpoints_and_cancelled()
    {
        var store = new AppliedStore();
        var attributes = new MemberAttributesRequest(new MemberId(1), "one", []) { ServerVersion = new Version(3, 7) };
        Assert.Equal(EtcdError.ClusterVersionUnavailable, ErrorOf(store, new DowngradeRequest(new Version(3, 6))));
        Assert.Equal(EtcdError.None, ErrorOf(store, attributes));
        Assert.Equal(EtcdError.NoInflightDowngrade, ErrorOf(store, new DowngradeRequest(null)));
        Assert.Equal(EtcdError.None, ErrorOf(store, new DowngradeRequest(new Version(3, 6))));

        var kept = ReplicatedStateCodec.Decode(store.StateBytes).Versions;
        Assert.Equal(new Version(3, 6), kept.Settled);
        Assert.Equal(new Version(3, 6), kept.DowngradeTarget);
        Assert.Equal(new Version(3, 7), kept.OfMembers[new MemberId(1)]);

        Assert.Equal(EtcdError.DowngradeInProcess, ErrorOf(store, new DowngradeRequest(new Version(3, 5))));
        Assert.Equal(EtcdError.None, ErrorOf(store, new DowngradeRequest(null)));
        Assert.Equal(new Version(3, 7), store.Applier.Versions.Settled);
    }

    private static EtcdError ErrorOf(AppliedStore store, RaftCommand command) => store.Apply(command).Outcomes.Single().Error;

    private static ClusterVersions All(string version)
        => Told(Told(Told(ClusterVersions.Unknown, 1, version), 2, version), 3, version);

    private static ClusterVersions Told(ClusterVersions versions, ulong member, string version)
        => versions.Told(new MemberId(member), Version.Parse(version)).SettledFor(Three);
}
