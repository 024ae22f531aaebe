namespace ActorEtcd.Host.Tls;

/// <summary>
/// What some files hold, read again when one of them has changed. Looked at no more than once a second, so that
/// handshakes cost no more than a comparison of times. While the new content is no good, the old is used on.
/// </summary>
/// <param name="read">Throws when the content is no good.</param>
/// <param name="rejected">Told once of each content that is no good.</param>
internal sealed class FileWatch<T>(IReadOnlyList<string> paths, Func<T> read, TimeProvider time, Action<Exception> rejected)
    where T : class
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private T? _content;
    private (DateTime Written, long Length)[] _seen = [];
    private long _lookedAt;

    /// <summary>The content; the first read throws when it is no good.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_content is null)
                {
                    _seen = Look();
                    _content = read();
                    _lookedAt = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(_lookedAt) >= LookInterval)
                {
                    _lookedAt = time.GetTimestamp();
                    Refresh();
                }

                return _content;
            }
        }
    }

    private void Refresh()
    {
        var seen = Look();
        if (seen.SequenceEqual(_seen))
        {
            return;
        }

        _seen = seen;
        try
        {
            _content = read();
        }
        catch (Exception error)
        {
            rejected(error);
        }
    }

    private (DateTime Written, long Length)[] Look() => [.. paths.Select(static path =>
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    })];
}
