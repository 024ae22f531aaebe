using System.Diagnostics;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Client;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Lease;

/// <summary>It measures how long others wait, so it does not run beside other specs.</summary>
[Collection(ProcessCollection.Name)]
public sealed class LeaseStormSpec(ITestOutputHelper output) : NodeSpecBase
{
    private const int Leases = 100_000;
    private const int Keys = 20_000;
    private const int TtlSeconds = 6;

    private static readonly TimeSpan LatencyMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiredWithin = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_hundred_thousand_leases_that_expire_at_once_stall_nobody()
    {
        Settings = Settings with
        {
            Bootstrap = Settings.Bootstrap with
            {
                Leases = [.. Enumerable.Range(1, Leases).Select(static id => new LeaseRecord(new LeaseId(id), TtlSeconds))],
            },
        };
        var node = await StartAsync();
        foreach (var chunk in Enumerable.Range(1, Keys).Chunk(2_000))
        {
            await Task.WhenAll(chunk.Select(id => node.PutAsync(PutOf($"leased/{id}", "x", new LeaseId(id))).AsTask()));
        }

        Assert.Equal(Keys, node.View.KeyCount);
        using var stillness = new Stillness();
        var start = Stopwatch.GetTimestamp();
        var worst = TimeSpan.Zero;
        TimeSpan? began = null;
        for (var requests = 0; node.View.KeyCount > 1 || requests == 0 || await LeftAsync(node) > 0; requests++)
        {
            var before = Stopwatch.GetTimestamp();
            await node.PutAsync(PutOf("other", "x"));
            await node.RangeAsync(new RangeRequest { Key = Bytes.FromUtf8("other") });
            var took = Stopwatch.GetElapsedTime(before);

            // Everything is in memory: only the processor can have held it up.
            var isOfTheMachine = took > LatencyMax && stillness.Explains(DateTimeOffset.UtcNow, LatencyMax / 4, TimeSpan.MaxValue, took);
            worst = took > worst && !isOfTheMachine ? took : worst;
            var now = Stopwatch.GetElapsedTime(start);
            began ??= node.View.KeyCount < Keys ? now : null;
            Assert.True(now < ExpiredWithin, $"{await LeftAsync(node)} leases are left after {now}");
        }

        output.WriteLine($"gone within {Stopwatch.GetElapsedTime(start) - began}, worst put and range of another client {worst}; {stillness}");
        Assert.True(worst < LatencyMax, $"another client waited {worst}");
    }

    private static async Task<int> LeftAsync(EtcdNode node) => (await node.LeasesAsync()).Length;
}
