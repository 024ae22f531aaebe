using ActorEtcd.Members;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

public sealed class MemberMessageSerializerSpec : PatientTestKit
{
    private static readonly MemberId One = new(0xfedcba9876543210);

    internal static readonly MemberPeerMessage[] Examples =
    [
        new ProbeMember(0xfedcba9876543210, One, new MemberId(2), 7),
        new MemberAlive(5, One, 7),
        new MemberRemoved(5, One),
        new AskMembers(),
        new MembersTold(
            5,
            [new Member(One, "one", ["http://a:1", "http://a:2"], ["http://a:3"]), new Member(new MemberId(2), "", ["http://b:1"], [], true)],
            [new MemberId(3), new MemberId(4)],
            "3.7.0"),
    ];

    private readonly MemberMessageSerializer _serializer;

    public MemberMessageSerializerSpec()
        : base("")
    {
        _serializer = new MemberMessageSerializer((ExtendedActorSystem)Sys);
    }

    [Fact]
    public void Every_message_has_an_example_here_and_survives_its_wire_form()
    {
        var types = typeof(MemberPeerMessage).Assembly.GetTypes().Where(type => type.BaseType == typeof(MemberPeerMessage));
        Assert.Equal(types.Select(type => type.Name).Order(), Examples.Select(example => example.GetType().Name).Order());
        foreach (var example in Examples)
        {
            var bytes = _serializer.ToBinary(example);
            var decoded = _serializer.FromBinary(bytes, _serializer.Manifest(example));
            Assert.Equal(example.GetType(), decoded.GetType());
            Assert.Equal(bytes, _serializer.ToBinary(decoded));
        }
    }

    [Fact]
    public void Cut_flipped_and_random_bytes_decode_to_something_or_give_the_typed_error()
        => StrangeBytes.AreReadOrRefused(_serializer, Examples, seed: 3);
}
