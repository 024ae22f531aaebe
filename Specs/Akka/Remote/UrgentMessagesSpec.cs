using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>Messages of the types that the configuration calls urgent do not wait behind others.</summary>
public sealed class UrgentMessagesSpec() : RemoteSpecBase("""
    akka.remote.dot-netty.tcp { maximum-frame-size = 2MiB, urgent-messages = ["System.Int64"] }
    """)
{
    private const int Large = 40;

    [SubsetFact]
    public void Urgent_message_overtakes_those_that_wait_for_the_connection()
    {
        var port = FreePorts.Next();
        using var proxy = new TcpProxy(port);
        var other = NewSystem("other", $$"""
            akka.remote.dot-netty.tcp { port = {{port}}, public-hostname = "127.0.0.1", public-port = {{proxy.Port}}, maximum-frame-size = 2MiB }
            """);
        var echo = NewEcho(other);
        echo.Tell(0L);
        ExpectMsg(0L);

        // Far more than the sockets hold: most of it waits in the sender.
        proxy.Freeze();
        for (var sent = 0; sent < Large; sent++)
        {
            echo.Tell(new string('x', 1_000_000));
        }

        echo.Tell(1L);
        proxy.Heal();
        var before = 0;
        while (ExpectMsg<object>(Patience) is string)
        {
            before++;
        }

        Assert.True(before < Large, $"the urgent message came behind all {before}");
        for (var received = before; received < Large; received++)
        {
            ExpectMsg<string>(Patience);
        }
    }
}
