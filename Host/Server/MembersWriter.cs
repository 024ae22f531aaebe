using ActorEtcd.Host.Logging;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Keeps the members file up to date behind the back of the actors: it waits for the disk on the thread pool, one write at
/// a time, and of several changes that come meanwhile only the last is written.
/// </summary>
public sealed class MembersWriter(DataDirectory directory, LogWriter log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private MemberTable? _next;
    private Task _writing = Task.CompletedTask;

    /// <summary>The member list is another; returns at once.</summary>
    public void Changed(MemberTable members)
    {
        lock (_gate)
        {
            var isIdle = _next is null && _writing.IsCompleted;
            _next = members;
            if (isIdle)
            {
                _writing = Task.Run(WriteAll);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_gate)
        {
            writing = _writing;
        }

        await writing;
    }

    private void WriteAll()
    {
        while (true)
        {
            MemberTable members;
            lock (_gate)
            {
                if (_next is null)
                {
                    _writing = Task.CompletedTask;
                    return;
                }

                members = _next;
                _next = null;
            }

            Write(members);
        }
    }

    private void Write(MemberTable members)
    {
        try
        {
            (MembersFile.Read(directory) with { Known = members }).Write(directory);
        }
        catch (Exception failure) when (failure is IOException or DataDirException)
        {
            // The log has the members too; this file only saves the next start from asking for them.
            log.Write(LogSeverity.Warn, "server", "the members file was not written", ("error", failure.Message));
        }
    }
}
