using System.Net.Sockets;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>A caller that does not speak the protocol is cut off; everybody else is served on.</summary>
public class StrangeBytesSpec : RemoteSpecBase
{
    [Fact]
    public async Task Connection_that_opens_with_nonsense_is_closed()
    {
        var other = NewSystem("other");
        var echo = NewEcho(other);
        var seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        for (var i = 0; i < 20; i++)
        {
            var bytes = new byte[random.Next(5, 500)];
            random.NextBytes(bytes);
            // A length that can be waited for would keep the connection open until its handshake times out.
            bytes[3] = 0x7F;
            Assert.True(await IsClosedAfter(other, bytes), $"seed {seed}, round {i}");
        }

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task Handshake_for_another_system_is_refused()
    {
        var other = NewSystem("other");
        var wrong = new Address("akka.tcp", "somebody", "127.0.0.1", AddressOf(other).Port);

        await Assert.ThrowsAsync<AskTimeoutException>(() => Sys
            .ActorSelection(new RootActorPath(wrong) / "user" / "echo")
            .Ask<string>("hello", TimeSpan.FromSeconds(1)));
    }

    private static async Task<bool> IsClosedAfter(ActorSystem system, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", AddressOf(system).Port!.Value);
        try
        {
            await client.GetStream().WriteAsync(bytes);
            return await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
