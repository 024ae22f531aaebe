using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// One stream on each server, the same random creations, cancellations and progress requests between the same writes:
/// every watcher sees the same, in the same order.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class WatchInterleavingSpec(ITestOutputHelper output)
{
    private const int Steps = 300;
    private const int HistorySteps = 60;

    // etcd 3.4 catches watchers up every 100 ms. What is counted are looks, not time: a machine that stands still is quiet too.
    private const int QuietLooks = 13;

    private static readonly string[] WriteKeys = ["a", "b", "aa", "key/1", "key/2", "zz"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    public async Task Watchers_of_one_stream_see_the_same_whatever_happens_between_them(int defaultSeed)
    {
        int seed = SpecEnvironment.Seed ?? defaultSeed;
        output.WriteLine($"seed {seed}");
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var run = new Run(seed, etcd, other);
        await run.HistoryAsync();
        for (int step = 0; step < Steps; step++)
        {
            await run.StepAsync();
        }

        output.WriteLine(await run.CheckAsync($"seed {seed}"));
        await run.DisposeAsync();
    }

    private sealed class Run(int seed, SingleServer etcd, SingleServer other) : IAsyncDisposable
    {
        private readonly Random _random = new(seed);
        private long _revision = 1;
        private long _compacted;
        private readonly Differential _differential = new(etcd.Channel, other.Channel);
        private readonly WatchConversation _expected = new(etcd.Channel);
        private readonly WatchConversation _actual = new(other.Channel);
        private int _answers;

        public async Task HistoryAsync()
        {
            for (int i = 0; i < HistorySteps; i++)
            {
                await WriteAsync();
            }

            _compacted = _revision / 2;
            await SendAsync(new CompactionRequest { Revision = _compacted });
        }

        public async Task StepAsync()
        {
            switch (_random.Next(100))
            {
                case < 10:
                    await CreateAsync();
                    break;
                case < 18:
                    await SettleAsync();
                    await CancelAsync();
                    break;
                case < 24:
                    await TellBothAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
                    break;
                default:
                    await WriteAsync();
                    break;
            }
        }

        public async Task<string> CheckAsync(string what)
        {
            await SettleAsync();
            Assert.True(_differential.Differences == 0, $"{what}\n{_differential.Report}");
            string[] expected = _expected.Lines();
            string[] actual = _actual.Lines();
            int same = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.True(
                same == expected.Length && same == actual.Length,
                $"{what}: {same} equal lines of {expected.Length} and {actual.Length}\n"
                    + $"  expected {expected.ElementAtOrDefault(same)}\n  actual   {actual.ElementAtOrDefault(same)}");
            Assert.True(_actual.Violations.IsEmpty, $"{what}\n{string.Join('\n', _actual.Violations)}");
            Assert.True(_actual.Progress > 0, "no progress was told");
            return $"{expected.Length} lines, {_expected.Progress} and {_actual.Progress} words of progress";
        }

        public async ValueTask DisposeAsync()
        {
            await _expected.DisposeAsync();
            await _actual.DisposeAsync();
        }

        private Task WriteAsync() => SendAsync(_random.Next(10) switch
        {
            < 5 => Put(),
            < 8 => Delete(),
            _ => new TxnRequest
            {
                Success =
                {
                    new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("d") } },
                    new RequestOp { RequestPut = Put() },
                    new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("c"), Value = Value() } },
                },
            },
        });

        private PutRequest Put() => new() { Key = Key(), Value = Value() };

        private DeleteRangeRequest Delete() => _random.Next(6) == 0
            ? new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("key/"), RangeEnd = ByteString.CopyFromUtf8("key0") }
            : new DeleteRangeRequest { Key = Key() };

        private ByteString Key() => ByteString.CopyFromUtf8(WriteKeys[_random.Next(WriteKeys.Length)]);

        private ByteString Value() => ByteString.CopyFromUtf8($"{_random.Next(1_000)}");

        private async Task SendAsync(IMessage request)
        {
            IMessage? answer = await _differential.SendAsync(request);
            _revision = answer switch
            {
                PutResponse put => put.Header.Revision,
                DeleteRangeResponse delete => delete.Header.Revision,
                TxnResponse txn => txn.Header.Revision,
                _ => _revision,
            };
        }

        private async Task CreateAsync()
        {
            string[] keys = ["a", "b", "key/", "key/1", "zz", "\0"];
            string[] ends = ["", "", "\0", "c", "key0", "a"];
            var create = new WatchCreateRequest
            {
                Key = ByteString.CopyFromUtf8(keys[_random.Next(keys.Length)]),
                RangeEnd = ByteString.CopyFromUtf8(ends[_random.Next(ends.Length)]),
                WatchId = _random.Next(1, 20),
                PrevKv = _random.Next(2) == 0,
                Fragment = _random.Next(4) == 0,
                StartRevision = _random.Next(4) switch
                {
                    // A deletion at the compact revision itself is lost in 3.4 and kept in later versions.
                    0 => _random.NextInt64(1, Math.Max(2, _compacted)),
                    1 => _random.NextInt64(_compacted + 1, _revision + 1),
                    2 => _revision + _random.Next(1, 5),
                    _ => 0,
                },
            };
            if (_random.Next(4) == 0)
            {
                create.Filters.Add((WatchCreateRequest.Types.FilterType)_random.Next(2));
            }

            await AnsweredAsync(new WatchRequest { CreateRequest = create });
            if (create.StartRevision != 0)
            {
                await SettleAsync();
            }
        }

        // An unknown id is passed over without an answer, so that only the events behind it show that both did.
        private Task CancelAsync()
            => TellBothAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = _random.Next(1, 20) } });

        private async Task AnsweredAsync(WatchRequest request)
        {
            _answers = _expected.Answers;
            await TellBothAsync(request);
            await Poll.UntilAsync($"etcd's answer to {request}", Patience, () => Task.FromResult(_expected.Answers > _answers));
        }

        private async Task TellBothAsync(WatchRequest request)
        {
            await _expected.SendAsync(request);
            await _actual.SendAsync(request);
        }

        private async Task SettleAsync()
        {
            (int, int) last = (0, 0);
            int looks = 0;
            try
            {
                await Poll.UntilAsync("both to have sent as much, and no more for a while", Patience, () =>
                {
                    (int Answers, int Events) now = (_expected.Answers, _expected.Events);
                    bool isQuiet = now == last && now == (_actual.Answers, _actual.Events);
                    looks = isQuiet ? looks + 1 : 0;
                    last = now;
                    return Task.FromResult(looks >= QuietLooks);
                });
            }
            catch (TimeoutException)
            {
                // The comparison at the end shows what is missing.
            }
        }
    }
}
