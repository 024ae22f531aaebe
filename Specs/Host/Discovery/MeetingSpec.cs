using ActorEtcd.Host.Config;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.Logging;
using Xunit;

namespace ActorEtcd.Specs.Host.Discovery;

public sealed class MeetingSpec : IDisposable
{
    private readonly Registry _registry = new() { SizeText = "3" };
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task First_members_by_their_registration_are_the_cluster()
    {
        _registry.Add("b", "b=http://127.0.0.1:2");
        _registry.Add("a", "a=http://127.0.0.1:1");
        _registry.WhenWaited = () => _registry.Add("d", "d=http://127.0.0.1:4");

        var members = await MeetingAt().LookAsync(CancellationToken.None);

        Assert.Equal(["a", "b", "d"], members.Select(static one => one.Name));
    }

    [Fact]
    public async Task Member_registers_and_waits_for_the_others()
    {
        _registry.WhenWaited = () => _registry.Add($"x{_registry.Waits}", $"x{_registry.Waits}=http://127.0.0.1:{_registry.Waits}");

        var members = await MeetingAt().JoinAsync("self", "self=http://127.0.0.1:9,self=http://127.0.0.1:8", CancellationToken.None);

        Assert.Equal(["self", "x1", "x2"], members.Select(static one => one.Name));
        Assert.Equal(2, members[0].PeerUrls.Length);
        Assert.Equal(2, _registry.Waits);
    }

    [Fact]
    public async Task Member_that_registered_before_joins_again()
    {
        _registry.Add("self", "self=http://127.0.0.1:9");
        _registry.Add("a", "a=http://127.0.0.1:1");
        _registry.Add("b", "b=http://127.0.0.1:2");

        var members = await MeetingAt().JoinAsync("self", "self=http://127.0.0.1:9", CancellationToken.None);

        Assert.Equal(3, members.Length);
        Assert.Equal(0, _registry.Registered);
    }

    [Fact]
    public async Task Member_too_many_is_told_the_cluster_and_does_not_register()
    {
        foreach (int i in new[] { 1, 2, 3 })
        {
            _registry.Add($"{i}", $"m{i}=http://127.0.0.1:{i}");
        }

        var full = await Assert.ThrowsAsync<ClusterFullException>(
            () => MeetingAt().JoinAsync("self", "self=http://127.0.0.1:9", CancellationToken.None));

        Assert.Equal("discovery: cluster is full", full.Message);
        Assert.Equal(["m1", "m2", "m3"], full.Members.Select(static one => one.Name));
        Assert.Equal(0, _registry.Registered);
    }

    [Theory]
    [InlineData(null, "discovery: size key not found")]
    [InlineData("", "discovery: size key is bad")]
    [InlineData("0", "discovery: size key is bad")]
    [InlineData("-1", "discovery: size key is bad")]
    [InlineData("three", "discovery: size key is bad")]
    public async Task Size_that_is_none_is_an_error(string? size, string message)
    {
        _registry.SizeText = size;
        var error = await Assert.ThrowsAsync<ConfigException>(() => MeetingAt().LookAsync(CancellationToken.None));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("a=http://127.0.0.1:2", "discovery: found duplicate name")]
    [InlineData("nonsense", "discovery: invalid URL: --initial-cluster: \"nonsense\" is not of the form name=url")]
    public async Task Registrations_that_make_no_cluster_are_an_error(string second, string message)
    {
        _registry.SizeText = "2";
        _registry.Add("a", "a=http://127.0.0.1:1");
        _registry.Add("b", second);
        var error = await Assert.ThrowsAsync<ConfigException>(() => MeetingAt().LookAsync(CancellationToken.None));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Service_that_does_not_answer_is_asked_again_after_twice_the_time_up_to_a_limit()
    {
        _registry.SizeText = "1";
        _registry.Add("a", "a=http://127.0.0.1:1");
        _registry.Failures = 10;

        await MeetingAt().LookAsync(CancellationToken.None);

        Assert.Equal([2, 4, 8, 16, 32, 64, 128, 256, 256, 256], _pauses.Select(static pause => (int)pause.TotalSeconds));
    }

    public void Dispose() => _registry.DisposeAsync().AsTask().Wait();

    private Meeting MeetingAt() => new(
        _registry,
        new LogWriter(Stream.Null, LogSeverity.Info, json: true, TimeProvider.System),
        (pause, _) =>
        {
            _pauses.Add(pause);
            return Task.CompletedTask;
        });

    private sealed class Registry : IRegistry
    {
        private readonly List<Registration> _found = [];

        public string? SizeText { get; set; }

        public int Failures { get; set; }

        public int Registered { get; private set; }

        public int Waits { get; private set; }

        public Action WhenWaited { get; set; } = static () => { };

        public void Add(string id, string text) => _found.Insert(0, new Registration(id, text, _found.Count));

        public Task<RegistryState> ReadAsync(CancellationToken cancellation) => Failures-- > 0
            ? throw new RegistryUnavailableException("no answer")
            : Task.FromResult(new RegistryState(SizeText, [.. _found], _found.Count));

        public Task RegisterAsync(string id, string text, CancellationToken cancellation)
        {
            Registered++;
            Add(id, text);
            return Task.CompletedTask;
        }

        public Task WaitAsync(long after, CancellationToken cancellation)
        {
            Assert.Equal(_found.Count, after);
            Waits++;
            WhenWaited();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
