using System.Runtime.Serialization;
using ActorEtcd.Alarms;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

public sealed class HashMessageSerializerSpec : PatientTestKit
{
    internal static readonly HashMessage[] Examples =
    [
        new AskSum(0xfedcba9876543210, 7, 3, 900),
        new SumTold(5, 7, new MemberId(9), 3, 900, 0xfedcba9876543210),
        new SumTold(5, 7, new MemberId(9), 3, 900, 4) { State = 0xfedcba9876543211 },
        new AskKeyHash(5, 8, 33),
        new KeyHashTold(5, 8, new MemberId(9), 33, -1, 0xfedcba98),
    ];

    public HashMessageSerializerSpec()
        : base("")
    {
    }

    [Fact]
    public void Every_message_has_an_example_here_and_survives_its_wire_form()
    {
        var serializer = new HashMessageSerializer((ExtendedActorSystem)Sys);
        var types = typeof(HashMessage).Assembly.GetTypes().Where(type => type.BaseType == typeof(HashMessage));
        Assert.Equal(types.Select(type => type.Name).Order(), Examples.Select(example => example.GetType().Name).Distinct().Order());
        foreach (var example in Examples)
        {
            Assert.Equal(example, serializer.FromBinary(serializer.ToBinary(example), serializer.Manifest(example)));
        }

        Assert.Throws<SerializationException>(() => serializer.FromBinary([], "XX"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([0xff, 0xff], "HA"));
    }
}
