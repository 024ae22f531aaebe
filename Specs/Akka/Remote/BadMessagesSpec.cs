using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>What cannot be sent or understood is dropped; what comes after it arrives over the same connection.</summary>
public class BadMessagesSpec : RemoteSpecBase
{
    private const string Known = """
        akka.actor {
          serializers.picky = "ActorEtcd.Specs.Akka.Remote.PickySerializer, ActorEtcd.Specs"
          serialization-bindings { "ActorEtcd.Specs.Akka.Remote.PickyMessage, ActorEtcd.Specs" = picky }
        }
        """;

    public BadMessagesSpec()
        : base(Known)
    {
    }

    [Fact]
    public void Message_over_the_maximum_frame_size_is_dropped_with_an_error()
    {
        var echo = NewEcho(NewSystem("other"));
        var errors = Subscribe(Sys, typeof(Error), typeof(DisassociatedEvent));

        echo.Tell(new string('x', 200_000));
        echo.Tell("small");

        ExpectMsg("small");
        Assert.Contains("200", errors.ExpectMsg<Error>().ToString(), StringComparison.Ordinal);
        errors.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Message_just_below_the_maximum_frame_size_arrives()
    {
        var echo = NewEcho(NewSystem("other"));
        var text = new string('x', 127_000);

        echo.Tell(text);

        ExpectMsg(text);
    }

    [Theory]
    [InlineData(PickyMessage.UnknownManifest)]
    [InlineData(PickyMessage.FailsOnRead)]
    [InlineData(PickyMessage.FailsOnWrite)]
    public void Message_that_cannot_be_serialized_or_deserialized_is_dropped(string kind)
    {
        var echo = NewEcho(NewSystem("other", Known));
        var events = Subscribe(Sys, typeof(DisassociatedEvent));

        echo.Tell(new PickyMessage(kind));
        echo.Tell(new PickyMessage(PickyMessage.Fine));

        Assert.Equal(PickyMessage.Fine, ExpectMsg<PickyMessage>().Kind);
        events.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Message_of_a_serializer_that_the_receiver_lacks_is_dropped()
    {
        var echo = NewEcho(NewSystem("other"));
        var events = Subscribe(Sys, typeof(DisassociatedEvent));

        echo.Tell(new PickyMessage(PickyMessage.Fine));
        echo.Tell("next");

        ExpectMsg("next");
        events.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }
}
