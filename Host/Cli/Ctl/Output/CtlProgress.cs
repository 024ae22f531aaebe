using System.Diagnostics;
using ActorEtcd.Host.Cli.Utl;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>A bar on standard error while long work goes on, when a terminal is there to show it.</summary>
internal sealed class CtlProgress : IDisposable
{
    private const int Width = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CtlWriter? _error;
    private readonly string _what;
    private readonly bool _isBytes;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private long _lastDrawn;

    private CtlProgress(CtlWriter? error, string what, bool isBytes)
    {
        _error = error;
        _what = what;
        _isBytes = isBytes;
    }

    public static CtlProgress Begin(CtlConsole console, string what, bool isBytes = false)
        => new(console.ErrorIsTerminal() ? console.Error : null, what, isBytes);

    /// <summary>Draws the bar, ten times a second at most. A total of 0 stands for an unknown one.</summary>
    public void Report(long done, long total)
    {
        if (_error == null)
        {
            return;
        }

        lock (_gate)
        {
            if (_lastDrawn != 0 && Stopwatch.GetElapsedTime(_lastDrawn) < Pause && done < total)
            {
                return;
            }

            _lastDrawn = Stopwatch.GetTimestamp();
            _error.Write("\r\x1b[K" + Line(done, total, Stopwatch.GetElapsedTime(_begin)));
            _error.Flush();
        }
    }

    public void Dispose()
    {
        if (_error != null && _lastDrawn != 0)
        {
            _error.Write("\n");
            _error.Flush();
        }
    }

    private string Line(long done, long total, TimeSpan elapsed)
    {
        string rate = Amount((long)(done / Math.Max(elapsed.TotalSeconds, 0.001))) + "/s";
        if (total <= 0)
        {
            return $"{_what} {Amount(done)} {rate}";
        }

        double part = Math.Clamp((double)done / total, 0, 1);
        int filled = (int)(part * Width);
        var left = part > 0 ? TimeSpan.FromSeconds(elapsed.TotalSeconds * (1 - part) / part) : TimeSpan.Zero;
        return $"{_what} [{new string('#', filled)}{new string('.', Width - filled)}] {part:P0} {Amount(done)} of {Amount(total)} {rate} {left:mm\\:ss} left";
    }

    private string Amount(long amount) => _isBytes ? UtlOutput.Bytes(amount) : CtlRows.Number(amount);
}
