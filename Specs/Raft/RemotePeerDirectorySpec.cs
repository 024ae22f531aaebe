using System.Collections.Immutable;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class RemotePeerDirectorySpec()
    : PatientTestKit(ConfigurationFactory.ParseString(
        """
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """))
{
    private static readonly MemberId Listed = new(1);
    private static readonly MemberId Unlisted = new(2);

    [Fact]
    public void Member_that_the_list_does_not_hold_is_found_where_it_was_heard_from()
    {
        RemotePeerDirectory directory = DirectoryOf("http://127.0.0.1:1111");
        Assert.Null(directory.RaftOf(Unlisted));

        directory.Heard(Unlisted, RefAt("akka.tcp://etcd@127.0.0.1:2222/user/etcd/raft"));

        Assert.Equal("akka.tcp://etcd@127.0.0.1:2222/user/etcd/raft", directory.RaftOf(Unlisted)?.Path.ToString());
        Assert.Equal("akka.tcp://etcd@127.0.0.1:2222/user/etcd/segments", directory.SegmentsOf(Unlisted)?.Path.ToString());
    }

    [Fact]
    public void Member_of_the_list_is_found_where_the_list_says()
    {
        RemotePeerDirectory directory = DirectoryOf("http://127.0.0.1:1111");

        directory.Heard(Listed, RefAt("akka.tcp://etcd@127.0.0.1:2222/user/etcd/raft"));

        Assert.Equal("akka.tcp://etcd@127.0.0.1:1111/user/etcd/raft", directory.RaftOf(Listed)?.Path.ToString());
    }

    private RemotePeerDirectory DirectoryOf(string peerUrl)
    {
        var members = MemberTable.Of(7, [new Member(Listed, string.Empty, ImmutableArray.Create(peerUrl), [])]);
        return new RemotePeerDirectory(Sys, () => members, PeerAddresses.None);
    }

    private IActorRef RefAt(string path) => ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(path);
}
