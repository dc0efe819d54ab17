//! What PHP's own functions do with what they are given.

/// The part of a function in a flow of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs its argument as code.
    RunsCode,
    /// Runs its argument as a command.
    RunsCommand,
    /// Runs its argument as code when it is a string (up to PHP 7).
    Asserts,
    /// Runs what it replaces by, with the modifier `e` (up to PHP 5).
    ReplacesByCode,
    /// Calls a function that an argument names.
    CallsBack,
    /// Gives back what was encoded, packed or encrypted.
    Decodes,
    /// Gives what a request brings.
    Input,
    /// Gives what lies at an address.
    Fetches,
    /// Writes its second argument to the file that the first names.
    Writes,
    /// Sets variables by the names in its argument.
    SetsVariables,
    /// What it gives is a number, a truth, or safe in a command.
    Cleans,
    /// Gives its argument in another form.
    Passes,
    /// A function of the script, or one of no matter.
    Unknown,
}

#[rustfmt::skip]
const ROLES: &[(Role, &[&[u8]])] = &[
    (Role::RunsCode, &[b"eval", b"create_function"]),
    (Role::RunsCommand, &[b"system", b"exec", b"shell_exec", b"passthru", b"popen", b"proc_open", b"pcntl_exec"]),
    (Role::Asserts, &[b"assert"]),
    (Role::ReplacesByCode, &[b"preg_replace", b"mb_ereg_replace", b"preg_filter"]),
    (Role::CallsBack, &[
        b"call_user_func", b"call_user_func_array", b"array_map", b"array_filter", b"array_walk", b"array_reduce",
        b"usort", b"uasort", b"uksort", b"array_udiff", b"array_uintersect", b"register_shutdown_function",
        b"register_tick_function", b"forward_static_call", b"forward_static_call_array", b"ob_start",
        b"preg_replace_callback", b"iterator_apply", b"reflectionfunction", b"filter_var", b"array_diff_ukey",
    ]),
    (Role::Decodes, &[
        b"base64_decode", b"gzinflate", b"gzuncompress", b"gzdecode", b"str_rot13", b"convert_uudecode", b"hex2bin",
        b"strrev", b"pack", b"openssl_decrypt", b"mcrypt_decrypt", b"bzdecompress", b"zlib_decode", b"chr",
    ]),
    (Role::Input, &[b"getallheaders", b"apache_request_headers", b"filter_input", b"filter_input_array"]),
    (Role::Fetches, &[b"file_get_contents", b"fopen", b"file", b"curl_init", b"curl_setopt", b"stream_get_contents"]),
    (Role::Writes, &[b"file_put_contents"]),
    (Role::SetsVariables, &[b"extract", b"parse_str", b"import_request_variables", b"mb_parse_str"]),
    (Role::Cleans, &[
        b"isset", b"empty", b"count", b"sizeof", b"strlen", b"intval", b"floatval", b"boolval", b"absint", b"is_string",
        b"is_array", b"is_numeric", b"is_int", b"is_file", b"is_dir", b"is_callable", b"is_null", b"is_object",
        b"is_readable", b"is_bool", b"file_exists", b"in_array", b"array_key_exists", b"array_search", b"md5", b"sha1",
        b"crc32", b"hash", b"ctype_alnum", b"ctype_alpha", b"ctype_digit", b"preg_match", b"strpos", b"stripos",
        b"str_contains", b"str_starts_with", b"strcmp", b"strcasecmp", b"defined", b"function_exists", b"class_exists",
        b"method_exists", b"escapeshellarg", b"escapeshellcmd", b"number_format", b"round", b"abs", b"date", b"time",
        b"sanitize_key", b"sanitize_file_name", b"wp_verify_nonce", b"password_verify", b"hash_equals", b"filesize",
    ]),
    (Role::Passes, &[
        b"trim", b"ltrim", b"rtrim", b"chop", b"stripslashes", b"urldecode", b"rawurldecode", b"implode", b"join",
        b"str_replace", b"sprintf", b"strval", b"html_entity_decode", b"substr", b"explode", b"array", b"strtolower",
        b"strtoupper", b"current", b"end", b"reset", b"next", b"array_pop", b"array_shift", b"array_values", b"each",
        b"json_decode", b"unserialize", b"utf8_decode", b"iconv", b"mb_convert_encoding", b"nl2br", b"str_ireplace",
    ]),
];

/// By a name in lower case.
pub(super) fn role(name: &[u8]) -> Role {
    let found = ROLES.iter().find(|(_, names)| names.contains(&name));
    found.map_or(Role::Unknown, |(role, _)| *role)
}

/// A variable that holds what a request brings, whole.
pub(super) fn is_superglobal(name: &[u8]) -> bool {
    matches!(name, b"_GET" | b"_POST" | b"_REQUEST" | b"_COOKIE" | b"_FILES" | b"HTTP_RAW_POST_DATA")
        || matches!(name, b"HTTP_GET_VARS" | b"HTTP_POST_VARS" | b"HTTP_COOKIE_VARS")
}
