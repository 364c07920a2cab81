'use strict';
// Lets the pictures of rendered posts come from the mirror; what the options mean: docs/hexo.md.

const {
  server = '',
  hosts = [],
  wrappers = ['cors.zfour.workers.dev'],
  presets = { headimg: 'headimg', thumbnail: 'thumbnail' },
} = hexo.config.image_proxy || {};

const oneOf = (names) => names
  .map((name) => name.replace(/[^\w*-]/g, '\\$&').replace(/^\*\\\./, '(?:[\\w-]+\\.)+')).join('|');
// A picture's address, wrapped or bare; not one within another address, such as the mirror's own.
const ADDRESS = new RegExp('(?<![\\w?=/%:])'
  + `(?:https?://(?:${oneOf(wrappers)})/[^\\s?"'<>]*\\?)?`
  + `((?:https?(?::|%3A))?(?://|%2F%2F)(?:${oneOf(hosts)})(?![\\w.-]))`, 'gi');
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const ATTRIBUTE = new RegExp('(\\s(src|srcset|poster|style|content|href|data-[\\w-]+)\\s*=\\s*)'
  + '("[^"]*"|\'[^\']*\'|[^\\s"\'>]+)', 'gi');
const PICTURE = /\.(?:avif|bmp|gif|jpe?g|png|svg|webp)(?![\w.-])/i; // a link may lead to a page

const base = server.replace(/\/+$/, '');
const mirrored = (text, preset) => text.replace(ADDRESS, (_, picture) => (
  `${base}/${preset ? `${preset}/` : ''}?${picture.startsWith('//') ? 'https:' : ''}${picture}`));

if (server && hosts.length) {
  hexo.extend.filter.register('after_render:html', (html) => html.replace(TAG, (tag) => (
    tag.replace(ATTRIBUTE, (whole, before, name, value) => (
      name.toLowerCase() === 'href' && !PICTURE.test(value) ? whole : before + mirrored(value))))));

  hexo.extend.filter.register('after_post_render', (post) => {
    for (const [key, preset] of Object.entries(presets)) {
      if (typeof post[key] === 'string') post[key] = mirrored(post[key], preset);
    }
  });
} else {
  hexo.log.warn('image_proxy: set server and hosts in _config.yml; no picture comes from a mirror');
}
