using ActorEtcd.Lease;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

public sealed class LeaseMessageSerializerSpec : PatientTestKit
{
    internal static readonly LeasePeerMessage[] Examples =
    [
        new AskLeader(7, new LeaseId(-5), true),
        new LeaderAnswered(8, new LeaseTtl(3, 60)),
        new LeaderIsElsewhere(long.MaxValue),
    ];

    private readonly LeaseMessageSerializer _serializer;

    public LeaseMessageSerializerSpec()
        : base("")
    {
        _serializer = new LeaseMessageSerializer((ExtendedActorSystem)Sys);
    }

    [Fact]
    public void Every_message_has_an_example_here_and_survives_its_wire_form()
    {
        var types = typeof(LeasePeerMessage).Assembly.GetTypes().Where(type => type.BaseType == typeof(LeasePeerMessage));
        Assert.Equal(types.Select(type => type.Name).Order(), Examples.Select(example => example.GetType().Name).Order());
        LeasePeerMessage[] unknown = [new LeaderAnswered(9, LeaseTtl.NotFound)];
        foreach (var example in Examples.Concat(unknown))
        {
            Assert.Equal(example, _serializer.FromBinary(_serializer.ToBinary(example), _serializer.Manifest(example)));
        }
    }

    [Fact]
    public void Cut_flipped_and_random_bytes_decode_to_something_or_give_the_typed_error()
        => StrangeBytes.AreReadOrRefused(_serializer, Examples, seed: 4);
}
