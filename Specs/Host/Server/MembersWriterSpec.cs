using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Server;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

public sealed class MembersWriterSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempDir _dir = new();

    public void Dispose() => _dir.Dispose();

    [Fact]
    public async Task List_that_could_not_be_written_is_tried_again_and_the_newest_is_the_last()
    {
        using var directory = DataDirectory.Open(_dir.Path);
        Directory.CreateDirectory(directory.MemberPath);
        var members = Enumerable.Range(1, 3).Select(static last => MemberTable.Of(
            7, Enumerable.Range(1, last).Select(static id => new Member(new MemberId((ulong)id), $"m{id}", [$"http://127.0.0.1:{id}"], [])))).ToArray();
        new MembersFile(HasJoined: false, members[0], members[0]).Write(directory);
        using var lines = new MemoryStream();
        using var log = new LogWriter(Stream.Synchronized(lines), LogSeverity.Info, json: true, TimeProvider.System);
        await using var writer = new MembersWriter(directory, log);

        // A directory in the way of the new file.
        var obstacle = Path.Combine(directory.MemberPath, "members.tmp");
        Directory.CreateDirectory(obstacle);
        writer.Changed(members[1]);
        await Poll.UntilAsync("the writer to fail", Patience, () => Task.FromResult(lines.Length > 0));
        writer.Changed(members[2]);
        Assert.Single(MembersFile.Read(directory).Known.Members);

        Directory.Delete(obstacle);
        await Poll.UntilAsync(
            "the newest list to be written", Patience, () => Task.FromResult(MembersFile.Read(directory).Known.Members.Count == 3));
    }
}
