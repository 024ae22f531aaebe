using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// The same v2 requests to a real etcd 3.4 with --enable-v2 and to the server under test: status, headers, indexes and
/// bodies are equal. ACTOR_ETCD_SPECS_SEED replays a run.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class V2DifferentialSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private const int RequestsPerSeed = 400;
    private const int DifferencesMax = 8;

    private readonly StringBuilder _differences = new();
    private V2Side _etcd = null!;
    private V2Side _other = null!;
    private int _differenceCount;

    public async Task InitializeAsync()
    {
        V2Side[] sides = await Task.WhenAll(V2Side.StartAsync(ServerKind.Etcd), V2Side.StartAsync(SpecEnvironment.ServerUnderTest));
        (_etcd, _other) = (sides[0], sides[1]);
    }

    public async Task DisposeAsync()
    {
        await _etcd.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Random_requests_get_equal_answers_and_indexes()
    {
        int requests = 0;
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (int seed in SpecEnvironment.Seed is { } one ? [one] : new[] { 1, 2, 3, 4, 5 })
        {
            var generator = new V2Generator(seed);
            for (int i = 0; i < RequestsPerSeed && _differenceCount < DifferencesMax; i++)
            {
                string answer = await CompareAsync(generator.Next(), $"seed {seed}, request {i}");
                string status = answer.Split('\n')[0].Trim() + (ErrorCode().Match(answer) is { Success: true } code ? " " + code.Value : "");
                outcomes[status] = outcomes.GetValueOrDefault(status) + 1;
                requests++;
                if (Index().Match(answer) is { Success: true } index)
                {
                    generator.Index = Math.Max(generator.Index, int.Parse(index.Groups["index"].Value, CultureInfo.InvariantCulture));
                }
            }
        }

        output.WriteLine($"{requests} requests; {string.Join(", ", outcomes.Select(static outcome => $"{outcome.Key}: {outcome.Value}"))}");
        await CompareAsync(new V2Call("GET", "/v2/stats/store"), "in the end");
        AssertEqual();
    }

    [Fact]
    public async Task Watches_hear_of_the_same_events()
    {
        await WatchAsync("/v2/keys/w?wait=true", new V2Call("PUT", "/v2/keys/w", "value=1"));
        await WatchAsync("/v2/keys/w?wait=true", new V2Call("DELETE", "/v2/keys/w"));
        await WatchAsync("/v2/keys/d/x?wait=true", new V2Call("PUT", "/v2/keys/d/x", "value=1"));
        await WatchAsync("/v2/keys/d/x?wait=true", new V2Call("DELETE", "/v2/keys/d?recursive=true"));
        await WatchAsync("/v2/keys/d?wait=true&recursive=true", new V2Call("POST", "/v2/keys/d/q", "value=1"));
        await WatchAsync("/v2/keys/d?wait=true&recursive=true", new V2Call("PUT", "/v2/keys/d/_h/y", "value=1"), new V2Call("PUT", "/v2/keys/d/y", "value=1"));
        await WatchAsync("/v2/keys/d?wait=true", new V2Call("PUT", "/v2/keys/d/y", "value=2"), new V2Call("DELETE", "/v2/keys/d?recursive=true"));
        await WatchAsync("/v2/keys?wait=true&recursive=true", new V2Call("PUT", "/v2/keys/_h", "value=2"), new V2Call("PUT", "/v2/keys/seen", "value=2"));
        await WatchAsync("/v2/keys/t?wait=true", new V2Call("PUT", "/v2/keys/t", "value=1&ttl=500"));
        await WatchAsync("/v2/keys/t?wait=true", new V2Call("PUT", "/v2/keys/t", "refresh=true&ttl=900&prevExist=true"), new V2Call("PUT", "/v2/keys/t", "value=2"));

        // What is to expire lives long until somebody on either side watches for its end.
        await WatchAsync("/v2/keys/e?wait=true&waitIndex=1", new V2Call("PUT", "/v2/keys/e", "value=1&ttl=900"));
        await WatchAsync("/v2/keys/e?wait=true", new V2Call("PUT", "/v2/keys/e", "refresh=true&ttl=1&prevExist=true"));
        await WatchAsync("/v2/keys/f/g?wait=true&waitIndex=1", new V2Call("PUT", "/v2/keys/f", "dir=true&ttl=900"), new V2Call("PUT", "/v2/keys/f/g", "value=1"));
        await WatchAsync("/v2/keys/f/g?wait=true", new V2Call("PUT", "/v2/keys/f", "dir=true&ttl=1&prevExist=true"));
        await CompareAsync(new V2Call("GET", "/v2/keys?recursive=true&sorted=true"), "in the end");
        await CompareAsync(new V2Call("GET", "/v2/keys/e?quorum=true"), "in the end");
        AssertEqual();
    }

    [Fact]
    public async Task Streams_give_the_same_lines()
    {
        var call = new V2Call("GET", "/v2/keys/s?wait=true&stream=true&recursive=true");
        Func<int, Task<string>>[] streams = await Task.WhenAll(_etcd.StreamAsync(call), _other.StreamAsync(call));
        await CompareAsync(new V2Call("PUT", "/v2/keys/s/a", "value=1"), "streaming");
        await CompareAsync(new V2Call("PUT", "/v2/keys/s/_h", "value=1"), "streaming");
        await CompareAsync(new V2Call("PUT", "/v2/keys/s/a", "value=2&prevValue=1"), "streaming");
        await CompareAsync(new V2Call("DELETE", "/v2/keys/s/a?prevValue=2"), "streaming");
        await CompareAsync(new V2Call("DELETE", "/v2/keys/s?recursive=true"), "streaming");
        string[] lines = await Task.WhenAll(streams.Select(static stream => stream(5)));
        Note("stream", lines[0], lines[1]);
        AssertEqual();
    }

    [Fact]
    public async Task History_ends_at_the_same_event()
    {
        for (int i = 0; i < 1010; i++)
        {
            var call = new V2Call("PUT", $"/v2/keys/{i % 9}", $"value={i}");
            await Task.WhenAll(_etcd.SendAsync(call), _other.SendAsync(call));
        }

        foreach (int index in (int[])[1, 12, 13, 14, 15, 500, 1013])
        {
            await CompareAsync(new V2Call("GET", $"/v2/keys?wait=true&recursive=true&waitIndex={index}"), $"index {index}");
            await CompareAsync(new V2Call("GET", $"/v2/keys/1?wait=true&waitIndex={Math.Min(index, 900)}"), $"index {index}");
        }

        AssertEqual();
    }

    [Fact]
    public async Task Users_roles_members_and_methods_are_answered_alike()
    {
        foreach (V2Call call in V2Script.Calls())
        {
            await CompareAsync(call, "script");
        }

        AssertEqual();
    }

    [GeneratedRegex("X-Etcd-Index: (?<index>\\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Index();

    [GeneratedRegex("(?<=\"errorCode\":)\\d+")]
    private static partial Regex ErrorCode();

    private async Task WatchAsync(string target, params V2Call[] changes)
    {
        var call = new V2Call("GET", target);
        Func<Task<string>>[] watches = await Task.WhenAll(_etcd.WatchAsync(call), _other.WatchAsync(call));
        foreach (V2Call change in changes)
        {
            await CompareAsync(change, target);
        }

        string[] heard = await Task.WhenAll(watches.Select(static watch => watch()));
        Note(call.ToString(), heard[0], heard[1]);
    }

    private async Task<string> CompareAsync(V2Call call, string where)
    {
        string[] answers = await Task.WhenAll(_etcd.SendAsync(call), _other.SendAsync(call));
        Note($"{call} ({where})", answers[0], answers[1]);
        return answers[0];
    }

    private void Note(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            _differenceCount++;
            _differences.AppendLine(CultureInfo.InvariantCulture, $"--- {what}\nexpected {expected}\nactual   {actual}");
        }
    }

    private void AssertEqual() => Assert.True(_differenceCount == 0, $"{_differences}\n{_other.Log}");
}
