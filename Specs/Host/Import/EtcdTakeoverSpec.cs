using ActorEtcd.Host.Import;
using ActorEtcd.Host.Logging;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>Take-overs that a crash interrupted are ended by the next start, from wherever it found them.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EtcdTakeoverSpec : IAsyncLifetime, IDisposable
{
    private readonly TempDir _dir = new();

    private string DataDir => Path.Combine(_dir.Path, "default");

    public async Task InitializeAsync()
    {
        await using var etcd = new EtcdProcess(MemberSettings.Alone(_dir.Path));
        await etcd.StartAndWaitAsync();
        (await Etcdctl.RunAsync(etcd.Endpoint, "put", "k", "v")).Succeeded();
        await etcd.TerminateAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _dir.Dispose();

    [Fact]
    public async Task Half_written_data_of_an_earlier_try_is_thrown_away()
    {
        Directory.CreateDirectory(Path.Combine(DataDir, "member.converting", "member"));
        await File.WriteAllTextAsync(Path.Combine(DataDir, "member.converting", "member", "metadata.json"), "half");
        await TakeOverAsync();
        AssertTakenOver();
    }

    [Fact]
    public async Task Complete_data_beside_etcds_own_takes_its_place()
    {
        await TakeOverAsync();
        Rename("member", "member.converted");
        Rename("member.etcd", "member");
        await TakeOverAsync();
        AssertTakenOver();
    }

    [Fact]
    public async Task Complete_data_without_etcds_own_beside_it_takes_its_place()
    {
        await TakeOverAsync();
        Rename("member", "member.converted");
        await TakeOverAsync();
        AssertTakenOver();
    }

    [Fact]
    public async Task Etcds_data_is_not_put_aside_over_that_of_an_earlier_time()
    {
        Directory.CreateDirectory(Path.Combine(DataDir, "member.etcd"));
        var before = Restored.FilesIn(DataDir);
        var refusal = await Assert.ThrowsAsync<EtcdDataException>(TakeOverAsync);
        Assert.Contains("is in the way", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Restored.FilesIn(DataDir));
    }

    [Fact]
    public async Task Our_own_data_is_left_alone()
    {
        await TakeOverAsync();
        var before = Restored.FilesIn(DataDir);
        await TakeOverAsync();
        Assert.Equal(before, Restored.FilesIn(DataDir));
    }

    private async Task TakeOverAsync()
    {
        using var log = new LogWriter(Stream.Null, LogSeverity.Info, json: true, TimeProvider.System);
        await new EtcdTakeover(DataDir, walDirectory: null, "default", log).RunAsync();
    }

    private void AssertTakenOver()
    {
        Assert.Equal(["member", "member.etcd"], Directory.GetFileSystemEntries(DataDir).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(DataDir, "member.etcd", "snap", "db")));
        using var directory = DataDirectory.Open(DataDir);
        Assert.Equal("default", directory.Metadata!.Name);
    }

    private void Rename(string from, string to) => Directory.Move(Path.Combine(DataDir, from), Path.Combine(DataDir, to));
}
