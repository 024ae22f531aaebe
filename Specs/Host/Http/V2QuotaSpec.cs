using System.Net.Http.Headers;
using System.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

/// <summary>The quota counts the keys of the v2 API too.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class V2QuotaSpec
{
    private const string NoSpace =
        """{"errorCode":300,"message":"Raft Internal Error","cause":"etcdserver: mvcc: database space exceeded","index":0}""";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task V2_keys_reach_the_quota_and_deleting_them_ends_the_alarm_by_itself()
    {
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd, "--quota-backend-bytes", "100000");
        using var http = new HttpClient { Timeout = Within, BaseAddress = new Uri($"http://{server.Process.Endpoint}/v2/keys/") };
        await DoneAsync("session", "value=x&ttl=3000");
        for (int i = 0; ; i++)
        {
            Assert.True(i < 50, "the quota was never reached");
            string answer = await PutAsync($"fill/{i}", "value=" + new string('x', 10_000));
            if (answer.StartsWith("500", StringComparison.Ordinal))
            {
                Assert.Equal("500 " + NoSpace, answer.TrimEnd());
                break;
            }
        }

        await Poll.UntilAsync("the alarm", Within, async () => (await AlarmsAsync()) == 1);
        Assert.Equal("500 " + NoSpace, (await PutAsync("small", "value=1")).TrimEnd());
        await Assert.ThrowsAsync<GrpcCallException>(async () => await server.Channel.UnaryAsync(
            EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("a") }));

        // What takes no space goes on.
        await DoneAsync("session", "refresh=true&ttl=4000&prevExist=true");
        Assert.Contains("\"value\":\"x\"", await http.GetStringAsync("session?quorum=true"), StringComparison.Ordinal);
        using (HttpResponseMessage deleted = await http.DeleteAsync("fill?recursive=true"))
        {
            Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync());
        }

        await Poll.UntilAsync("the alarm to end by itself", Within, async () => (await AlarmsAsync()) == 0);
        await DoneAsync("small", "value=1");

        async Task DoneAsync(string key, string form) => Assert.StartsWith("20", await PutAsync(key, form), StringComparison.Ordinal);

        async Task<int> AlarmsAsync() => (await server.Channel.UnaryAsync(EtcdMethods.Alarm, new AlarmRequest())).Alarms.Count;

        async Task<string> PutAsync(string key, string form)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(form));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            using HttpResponseMessage answer = await http.PutAsync(key, content);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
    }
}
