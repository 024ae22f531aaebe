using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Conformance;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.Gateway;

/// <summary>
/// Random requests as JSON, in all spellings, to a real etcd and to the server under test: equal answers, equal errors,
/// equal HTTP status, and every answer in exactly the same form. ACTOR_ETCD_SPECS_SEED replays a run.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class GatewayRandomSpec(ITestOutputHelper output)
{
    private const int Requests = 600;

    // Fixed, because etcd 3.4 itself ends on some transactions that other seeds make.
    private const int DefaultSeed = 1001;

    [Fact]
    public async Task Random_bodies_get_equal_answers()
    {
        int seed = SpecEnvironment.Seed ?? DefaultSeed;
        output.WriteLine($"seed {seed}");
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(ServerKind.ActorEtcd, "--compat-version=3.4.23");
        using var reference = new GatewayClient(etcd.Process.Settings.ClientUrl);
        using var tested = new GatewayClient(other.Process.Settings.ClientUrl);
        var referenceView = new Normaliser();
        var testedView = new Normaliser();
        var generator = new RequestGenerator(seed, comparesHashes: false);
        var random = new Random(seed);
        for (int i = 1; i <= Requests; i++)
        {
            IMessage request = generator.Next();
            int spelling = random.Next(3);
            (int expectedStatus, IMessage? expected, string expectedError) =
                await reference.SendAsync(referenceView.ForServer(request), spelling);
            (int status, IMessage? actual, string error) = await tested.SendAsync(testedView.ForServer(request), spelling);
            if (expected is LeaseGrantResponse first && actual is LeaseGrantResponse second && request is LeaseGrantRequest { ID: 0 })
            {
                generator.Granted(referenceView.Learn(first.ID));
                testedView.Learn(second.ID);
            }

            string expectedText = TextOf(request, expected, expectedError, referenceView);
            string text = TextOf(request, actual, error, testedView);
            Assert.True(
                (expectedStatus, expectedText) == (status, text) || VersionDifference.Explains(request, expectedError, actual, error),
                $"seed {seed}, request {i}: {request}\nexpected {expectedStatus} {expectedText}\nactual   {status} {text}");
            generator.Learn(request, expected);
        }
    }

    private static string TextOf(IMessage request, IMessage? response, string error, Normaliser view)
    {
        if (response is null)
        {
            return error;
        }

        TieOrder.Settle(request, response);
        return view.Text(response);
    }
}
