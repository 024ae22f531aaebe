using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>Matches <see cref="Error"/> events by message, cause message and type of the cause.</summary>
public class ErrorFilter : EventFilterBase
{
    private readonly Type? _exceptionType;
    private readonly bool _recurseInnerExceptions;

    public ErrorFilter(IStringMatcher? messageMatcher = null, IStringMatcher? sourceMatcher = null)
        : this(null, messageMatcher, sourceMatcher)
    {
    }

    public ErrorFilter(
        Type? exceptionType,
        IStringMatcher? messageMatcher = null,
        IStringMatcher? sourceMatcher = null,
        bool recurseInnerExceptions = false)
        : base(messageMatcher, sourceMatcher)
    {
        if (exceptionType is not null && !typeof(Exception).IsAssignableFrom(exceptionType))
        {
            throw new ArgumentException($"Not an exception: {exceptionType}", nameof(exceptionType));
        }

        _exceptionType = exceptionType;
        _recurseInnerExceptions = recurseInnerExceptions;
    }

    protected override string FilterDescriptiveName =>
        _exceptionType is null ? "Error" : $"Error with Cause <{_exceptionType}>";

    protected override bool IsMatch(LogEvent evt) =>
        evt is Error error && IsMatch(error.LogSource, error.Message, error.Cause);

    private bool IsMatch(string source, object? message, Exception? cause)
    {
        if (cause is null)
        {
            return _exceptionType is null && InternalDoMatch(source, message);
        }

        var typeMatches = _exceptionType is null || _exceptionType.IsInstanceOfType(cause);
        if (typeMatches && MessageMatches(source, message, cause))
        {
            return true;
        }

        return _recurseInnerExceptions && IsMatch(source, message, cause.InnerException);
    }

    private bool MessageMatches(string source, object? message, Exception cause) =>
        (message is null && string.IsNullOrEmpty(cause.Message))
        || InternalDoMatch(source, message)
        || InternalDoMatch(source, cause.Message);
}
