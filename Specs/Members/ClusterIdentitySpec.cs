using ActorEtcd.Members;
using Xunit;

namespace ActorEtcd.Specs.Members;

public sealed class ClusterIdentitySpec
{
    [Fact]
    public void Default_member_has_the_ids_that_etcd_gives_it()
    {
        var member = ClusterIdentity.MemberId(["http://localhost:2380"], "etcd-cluster");

        Assert.Equal("8e9e05c52164694d", member.ToString());
        Assert.Equal(0xcdf818194e3a8c32UL, ClusterIdentity.ClusterId([member]));
    }

    [Fact]
    public void Order_of_urls_and_members_changes_no_id()
    {
        string[] urls = ["http://10.0.0.1:2380", "http://10.0.0.2:2380"];
        var one = ClusterIdentity.MemberId(urls, "token");
        var other = ClusterIdentity.MemberId(["http://10.0.0.3:2380"], "token");

        Assert.Equal(one, ClusterIdentity.MemberId(urls.Reverse(), "token"));
        Assert.Equal(ClusterIdentity.ClusterId([one, other]), ClusterIdentity.ClusterId([other, one]));
    }

    [Fact]
    public void Another_token_gives_other_ids()
        => Assert.NotEqual(
            ClusterIdentity.MemberId(["http://localhost:2380"], "a"),
            ClusterIdentity.MemberId(["http://localhost:2380"], "b"));
}
