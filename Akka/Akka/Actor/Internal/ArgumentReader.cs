using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor.Internal;

/// <summary>
/// Works out the arguments of a constructor call written as an expression. Constants, captured variables and
/// members are read directly; anything else is interpreted. Compiling would cost more than starting the actor, and is
/// done only when a function is among the arguments: the actor would call it interpreted, slowly and with references
/// passed by copy, for as long as it lives.
/// </summary>
internal static class ArgumentReader
{
    public static object[] Read(NewExpression call)
    {
        var arguments = new object[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Evaluate(call.Arguments[i]);
        }

        return arguments;
    }

    private static object Evaluate(Expression expression)
    {
        if (TryRead(expression, out var value))
        {
            return value;
        }

        var boxed = Expression.Convert(expression, typeof(object));
        return Expression.Lambda<Func<object>>(boxed).Compile(preferInterpretation: !FunctionFinder.Finds(expression))();
    }

    private static bool TryRead(Expression expression, out object value)
    {
        value = null;
        switch (expression)
        {
            case ConstantExpression constant:
                value = constant.Value;
                return true;
            case MemberExpression { Expression: null } member:
                return TryReadMember(member.Member, null, out value);
            case MemberExpression member when TryRead(member.Expression, out var target) && target is not null:
                return TryReadMember(member.Member, target, out value);
            default:
                return false;
        }
    }

    private static bool TryReadMember(MemberInfo member, object target, out object value)
    {
        value = member switch
        {
            FieldInfo field => field.GetValue(target),
            PropertyInfo property => property.GetValue(target),
            _ => null,
        };
        return member is FieldInfo or PropertyInfo;
    }

    private sealed class FunctionFinder : ExpressionVisitor
    {
        private bool _found;

        public static bool Finds(Expression expression)
        {
            var finder = new FunctionFinder();
            finder.Visit(expression);
            return finder._found;
        }

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            _found = true;
            return node;
        }
    }
}
