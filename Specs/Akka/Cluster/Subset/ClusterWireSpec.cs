using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Util;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster.Subset;

public class ClusterWireSpec : ClusterSpecBase
{
    private static readonly UniqueAddress Node = new(new Address("akka.tcp", "sys", "127.0.0.1", 1000), 7);

    private static readonly Gossip State = Gossip.Empty
        .With(Member.Joining(Node, ["a", "b"], AppVersion.Create("1.2.3-rc1")))
        .Changed(Node)
        .Seen(Node);

    public static TheoryData<object> Messages =>
    [
        InitJoin.Instance,
        new InitJoinAck(Node.Address),
        new InitJoinNack(Node.Address),
        new Leave(Node.Address),
        new Down(Node.Address),
        new ExitingConfirmed(Node),
        new Heartbeat(Node.Address, 5),
        new HeartbeatRsp(Node, 5),
        new GossipStatus(Node, State.Version),
        new Join(Node, ["x"], AppVersion.Zero),
        new Welcome(Node, State),
        new GossipEnvelope(Node, Node, State),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_survives_the_wire_and_damage_is_refused(object message)
    {
        var serializer = new ClusterMessageSerializer((ExtendedActorSystem)Sys);
        var bytes = serializer.ToBinary(message);
        var manifest = serializer.Manifest(message);

        Assert.Equal(bytes, serializer.ToBinary(serializer.FromBinary(bytes, manifest)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes[..length], manifest));
        }

        var random = new Random(1);
        for (var i = 0; i < 2000 && bytes.Length > 0; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                serializer.FromBinary(damaged, manifest);
            }
            catch (SerializationException)
            {
            }
        }
    }

    [Fact]
    public void Unknown_manifest_is_refused() => Assert.Throws<SerializationException>(
        () => new ClusterMessageSerializer((ExtendedActorSystem)Sys).FromBinary([], "ZZ"));
}
