using System.Net;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

/// <summary>A client that pings too often is sent away by etcd and by ActorEtcd at the same ping, with the same frame.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class PingDifferentialSpec
{
    private const int PingsMax = 20;

    [Fact]
    public async Task Both_servers_send_the_client_away_alike()
        => Assert.Equal(await PingAsync(ServerKind.Etcd), await PingAsync(ServerKind.ActorEtcd));

    // How many pings were answered, and the GOAWAY that came then.
    private static async Task<string> PingAsync(ServerKind kind)
    {
        await using SingleServer server = await SingleServer.StartAsync(kind);
        await using RawHttp2 client = await RawHttp2.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Process.Settings.ClientPort));
        for (int sent = 1; sent <= PingsMax; sent++)
        {
            await client.SendAsync(RawHttp2.Ping, 0, new byte[8]);
            (byte type, _, byte[] payload) = (await client.ReceiveAsync(RawHttp2.Ping, RawHttp2.GoAway)).GetValueOrDefault();
            if (type == RawHttp2.Ping)
            {
                continue;
            }

            return $"{sent} pings, {Convert.ToHexString(payload)}";
        }

        return $"{PingsMax} pings and no GOAWAY";
    }
}
