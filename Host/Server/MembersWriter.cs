using ActorEtcd.Host.Logging;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Keeps the members file up to date behind the back of the actors: it waits for the disk on the thread pool, one write at
/// a time, and of several changes that come meanwhile only the last is written. What could not be written, as on a full disk, is
/// tried again: a member that loses its log asks those whom this file names.
/// </summary>
public sealed class MembersWriter(DataDirectory directory, LogWriter log) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
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
                _writing = Task.Run(WriteAllAsync);
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

        await _stopping.CancelAsync();
        await writing;
        _stopping.Dispose();
    }

    private async Task WriteAllAsync()
    {
        var hasFailed = false;
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

            var isWritten = TryWrite(members, isFirstAttempt: !hasFailed);
            hasFailed = !isWritten;
            if (isWritten)
            {
                continue;
            }

            await Task.Delay(RetryAfter, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            lock (_gate)
            {
                _next ??= members;
            }
        }
    }

    private bool TryWrite(MemberTable members, bool isFirstAttempt)
    {
        try
        {
            (MembersFile.Read(directory) with { Known = members }).Write(directory);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DataDirException)
        {
            if (isFirstAttempt)
            {
                log.Write(LogSeverity.Warn, "server", "the members file was not written; it is tried again", ("error", failure.Message));
            }

            return false;
        }
    }
}
